package perseus.planner.switching;

import java.util.ArrayList;
import java.util.List;
import perseus.planner.switching.ClockAnnealing.Found;

/**
 * Improves a plan of a small problem in which changes of clock (GPU frequency) take time, by
 * changing one or two parts of the plan at the same time.
 *
 * <p>A part is a sequence of consecutive computations of one rank. A change gives one setting to
 * all computations of a part. The search tries every change, and every pair of changes, and keeps a
 * pair if the plan stays in time and loses effective energy. The search ends when no pair improves
 * the plan.
 *
 * <p>A rank with n computations and F settings has n (n + 1) F / 2 changes. With C changes over all
 * ranks, one pass evaluates at most C^2 / 2 pairs, each in the time of a trial ({@link
 * ClockTrial}). So the search is for small problems only ({@link #isSmall}).
 */
public final class PairExchange {
  /** Maximum number of changes of a small problem. Limit for time. */
  private static final int MAX_CHANGES = 800;

  /** Minimum loss of effective energy in joules; larger than rounding errors of the sums. */
  private static final double MIN_LOSS_JOULES = 1e-9;

  private final ClockTables tables;
  private final double latestSeconds;
  private final ClockTiming plan;
  private final ClockTrial trial;
  private final List<Change> changes;

  /** Gives a setting to the computations from {@code from} up to but not including {@code to}. */
  private record Change(int[] lane, int from, int to, int setting) {}

  private PairExchange(ClockTables tables, int[] start, double latestSeconds) {
    this.tables = tables;
    this.latestSeconds = latestSeconds;
    plan = new ClockTiming(tables, start);
    trial = new ClockTrial(plan);
    changes = changes(tables);
  }

  private static List<Change> changes(ClockTables tables) {
    List<Change> changes = new ArrayList<>();
    for (int[] lane : tables.lanes) {
      for (int from = 0; from < lane.length; from++) {
        for (int to = from + 1; to <= lane.length; to++) {
          for (int setting = 0; setting < tables.settings; setting++) {
            changes.add(new Change(lane, from, to, setting));
          }
        }
      }
    }
    return changes;
  }

  /** Returns whether a problem is small enough for this search. */
  public static boolean isSmall(ClockTables tables) {
    long count = 0;
    for (int[] lane : tables.lanes) {
      count += (long) lane.length * (lane.length + 1) / 2 * tables.settings;
    }
    return count <= MAX_CHANGES;
  }

  /**
   * Returns a plan that no pair of changes improves.
   *
   * @param start a plan that takes at most {@code latestSeconds}
   * @param latestSeconds maximum iteration time in seconds
   */
  public static Found improve(ClockTables tables, Found start, double latestSeconds) {
    PairExchange search = new PairExchange(tables, start.settings(), latestSeconds);
    boolean improved = true;
    while (improved) {
      improved = search.pass();
    }
    int[] settings = new int[tables.operations];
    search.plan.copyTo(settings);
    return new Found(settings, search.plan.seconds(), search.plan.joules());
  }

  /** Tries all pairs of changes; returns whether one improved the plan. */
  private boolean pass() {
    boolean improved = false;
    double[] joules = new double[changes.size()];
    for (int a = 0; a < joules.length; a++) {
      joules[a] = joules(changes.get(a));
    }
    for (int a = 0; a < joules.length; a++) {
      for (int b = a; b < joules.length; b++) {
        if (joules[a] + joules[b] < -MIN_LOSS_JOULES && tryPair(changes.get(a), changes.get(b))) {
          improved = true;
          for (int c = 0; c < joules.length; c++) {
            joules[c] = joules(changes.get(c));
          }
        }
      }
    }
    return improved;
  }

  /** Returns the effective energy in joules that a change adds; infinite without an option. */
  private double joules(Change change) {
    double sum = 0;
    for (int i = change.from; i < change.to; i++) {
      int at = change.lane[i] * tables.settings;
      sum += tables.joules[at + change.setting] - tables.joules[at + plan.setting(change.lane[i])];
    }
    return sum;
  }

  private boolean tryPair(Change a, Change b) {
    trial.begin();
    trial.propose(a.lane, a.from, a.to, a.setting);
    if (a.lane != b.lane || a.to <= b.from || b.to <= a.from) {
      trial.propose(b.lane, b.from, b.to, b.setting);
    }
    if (trial.joules() < plan.joules() - MIN_LOSS_JOULES && trial.evaluate(latestSeconds)) {
      trial.accept();
      return true;
    }
    trial.reject();
    return false;
  }
}
