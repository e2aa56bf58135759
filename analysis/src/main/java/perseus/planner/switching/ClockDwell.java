package perseus.planner.switching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import perseus.planner.problem.MinDwell;
import perseus.planner.problem.PlanningProblem;

/**
 * Changes plans so that every rank holds each clock for at least a minimum time ({@link MinDwell}).
 * Objects of this class are immutable.
 *
 * <p>Where a rank holds a clock too briefly, the class gives the computations at two neighbouring
 * clocks one common frequency ({@link Merge}). After each change of a plan, the class computes the
 * times of the plan again, until all clocks are held long enough. A common frequency removes at
 * least one clock change of the rank. A plan cannot be repaired if neighbouring computations have
 * no frequency in common. With n operations, K frequencies and R changes of a plan, a repair takes
 * O(R n K).
 */
public final class ClockDwell {
  /** Names the ways to choose a common frequency for two neighbouring sequences of computations. */
  public enum Merge {
    /**
     * Chooses the frequency of least energy at which all joined computations together take at most
     * as long as before.
     */
    AS_LONG,
    /** Chooses the frequency of least energy at which no computation takes longer than before. */
    NEVER_SLOWER
  }

  private final ClockTables tables;
  private final double leastSeconds;

  /** Clock in MHz, by the index of the frequency. */
  private final int[] clocks;

  public ClockDwell(PlanningProblem problem, ClockTables tables) {
    this.tables = tables;
    leastSeconds = problem.minDwellSeconds();
    clocks = new int[tables.settings];
    for (int[] lane : tables.lanes) {
      for (int j : lane) {
        for (int s : tables.settingsOf(j)) {
          clocks[s] = tables.row(j, s).frequencyMhz();
        }
      }
    }
  }

  /** Returns the minimum time in seconds for which clocks must be held; 0 if there is none. */
  double leastSeconds() {
    return leastSeconds;
  }

  /** Returns the clocks in MHz, by the index of the frequency. */
  int[] clocks() {
    return clocks;
  }

  /**
   * Returns the sum of the missing hold times in seconds, over all clocks that are held too
   * briefly.
   */
  double shortfall(ClockTiming plan, double iterationSeconds) {
    double sum = 0;
    for (int i = 0; i < tables.lanes.length && leastSeconds > 0; i++) {
      sum +=
          MinDwell.shortfallSeconds(
              tables.lanes[i],
              j -> clocks[plan.chosen[j]],
              j -> plan.starts[j],
              j -> plan.ends[j],
              iterationSeconds,
              leastSeconds);
    }
    return sum;
  }

  /**
   * Changes a plan so that every clock is held for the minimum time.
   *
   * @param settings for each operation, the index of its frequency
   * @return the frequencies of the changed plan; null if neighbouring computations have no common
   *     frequency
   */
  public int[] repaired(int[] settings, Merge merge) {
    int[] chosen = settings.clone();
    while (true) {
      ClockTiming plan = new ClockTiming(tables, chosen);
      if (shortfall(plan, plan.seconds()) == 0) {
        return chosen;
      }
      boolean changed = false;
      for (int[] lane : tables.lanes) {
        changed |= mergeRuns(lane, plan, chosen, merge);
      }
      if (!changed) {
        return null;
      }
    }
  }

  /**
   * If a sequence of computations holds its clock too briefly, joins the sequence with a
   * neighbouring sequence. Returns whether any sequences of computations were joined.
   */
  private boolean mergeRuns(int[] lane, ClockTiming plan, int[] chosen, Merge merge) {
    int[] borders = borders(lane, plan);
    int runs = borders.length - 1;
    boolean any = false;
    int joined = 0;
    for (int run = 0; run < runs && runs > 1; run++) {
      if (run < joined || held(lane, borders, run, plan) >= leastSeconds) {
        continue;
      }
      int left = PlanningProblem.NONE;
      int right = PlanningProblem.NONE;
      if (run > joined) {
        left = common(lane, borders[run - 1], borders[run + 1], chosen, merge);
      }
      if (run + 1 < runs) {
        right = common(lane, borders[run], borders[run + 2], chosen, merge);
      }
      boolean toRight =
          right != PlanningProblem.NONE
              && (left == PlanningProblem.NONE
                  || added(lane, borders[run], borders[run + 2], chosen, right)
                      < added(lane, borders[run - 1], borders[run + 1], chosen, left));
      int setting = toRight ? right : left;
      if (setting != PlanningProblem.NONE) {
        int from = toRight ? borders[run] : borders[run - 1];
        int to = toRight ? borders[run + 2] : borders[run + 1];
        for (int i = from; i < to; i++) {
          chosen[lane[i]] = setting;
        }
        joined = toRight ? run + 2 : run + 1;
        any = true;
      }
    }
    return any;
  }

  /**
   * Returns the position of the first computation after each clock change. The last element of the
   * result is the number of computations.
   */
  private int[] borders(int[] lane, ClockTiming plan) {
    IntPredicate begins =
        i -> i == 0 || clocks[plan.setting(lane[i])] != clocks[plan.setting(lane[i - 1])];
    return IntStream.concat(
            IntStream.range(0, lane.length).filter(begins), IntStream.of(lane.length))
        .toArray();
  }

  private double held(int[] lane, int[] borders, int run, ClockTiming plan) {
    int runs = borders.length - 1;
    double start = plan.starts[lane[borders[run]]];
    double end = plan.ends[lane[borders[run + 1] - 1]];
    boolean goesOn = clocks[plan.setting(lane[0])] == clocks[plan.setting(lane[lane.length - 1])];
    if (goesOn && (run == 0 || run == runs - 1)) {
      start = plan.starts[lane[borders[runs - 1]]];
      end = plan.seconds() + plan.ends[lane[borders[1] - 1]];
    }
    return end - start;
  }

  /**
   * Returns a frequency that all computations in the given range of positions have, or NONE. If no
   * common frequency satisfies the rule of {@code merge}, the method returns the fastest common
   * frequency.
   */
  private int common(int[] lane, int from, int to, int[] chosen, Merge merge) {
    double before = 0;
    List<Integer> settings = new ArrayList<>();
    for (int i = from; i < to; i++) {
      before += seconds(lane[i], chosen[lane[i]]);
    }
    for (int s = 0; s < tables.settings; s++) {
      int setting = s;
      if (IntStream.range(from, to).allMatch(i -> tables.row(lane[i], setting) != null)) {
        settings.add(s);
      }
    }
    int best = PlanningProblem.NONE;
    int fastest = PlanningProblem.NONE;
    for (int s : settings) {
      if (fastest == PlanningProblem.NONE
          || total(lane, from, to, s) < total(lane, from, to, fastest)) {
        fastest = s;
      }
      boolean allowed =
          merge == Merge.AS_LONG
              ? total(lane, from, to, s) <= before
              : IntStream.range(from, to)
                  .allMatch(i -> seconds(lane[i], s) <= seconds(lane[i], chosen[lane[i]]));
      if (allowed
          && (best == PlanningProblem.NONE
              || added(lane, from, to, chosen, s) < added(lane, from, to, chosen, best))) {
        best = s;
      }
    }
    return best == PlanningProblem.NONE ? fastest : best;
  }

  private double seconds(int j, int setting) {
    return tables.seconds[j * tables.settings + setting];
  }

  private double total(int[] lane, int from, int to, int setting) {
    return Arrays.stream(lane, from, to).mapToDouble(j -> seconds(j, setting)).sum();
  }

  /**
   * Returns the increase of effective energy in joules if a range of computations gets a new
   * frequency. Effective energy is energy minus the energy of waiting for the same time.
   */
  private double added(int[] lane, int from, int to, int[] chosen, int setting) {
    int settings = tables.settings;
    return Arrays.stream(lane, from, to)
        .mapToDouble(
            j -> tables.joules[j * settings + setting] - tables.joules[j * settings + chosen[j]])
        .sum();
  }
}
