package perseus.planner.switching;

import perseus.planner.network.OperationSet;
import perseus.planner.problem.PlanningProblem;

/**
 * Tries other settings for some operations of a plan ({@link ClockTiming}), and keeps them or takes
 * them back.
 *
 * <p>A trial consists of {@link #begin}, one or more calls of {@link #propose}, and {@link
 * #evaluate}, which computes the starts that change, and stops when the iteration time must exceed
 * a limit. Then {@link #accept} keeps the proposed settings, or {@link #reject} takes them back. A
 * trial takes O(n / 64 + V D) for n operations, of which V change their start, with D predecessors
 * and successors each. Not thread-safe.
 */
final class ClockTrial {
  /** Tolerance for rounding errors of times, in seconds. */
  private static final double EPSILON_SECONDS = 1e-12;

  private final ClockTiming plan;
  private final ClockTables tables;
  private final int settings;
  private final int[] chosen;
  private final double[] durations;
  private final double[] starts;
  private final double[] ends;
  private final double[] tails;

  /** The first {@link #changes} entries are the operations whose settings the trial changes. */
  private final int[] changed;

  private final int[] settingsBefore;
  private int changes;

  /** The first {@link #moves} entries are the operations whose times the trial changes. */
  private final int[] moved;

  private final double[] startsBefore;
  private final double[] endsBefore;
  private int moves;

  private final OperationSet outdated;
  private double trialSeconds;
  private double trialJoules;

  /** Upper bound of the seconds by which the trial shortens any path. */
  private double decrease;

  /** Prepares trials with a plan; accepted trials change the plan. */
  ClockTrial(ClockTiming plan) {
    this.plan = plan;
    tables = plan.tables;
    settings = tables.settings;
    chosen = plan.chosen;
    durations = plan.durations;
    starts = plan.starts;
    ends = plan.ends;
    tails = plan.tails;
    int n = tables.operations;
    changed = new int[n];
    settingsBefore = new int[n];
    moved = new int[n];
    startsBefore = new double[n];
    endsBefore = new double[n];
    outdated = new OperationSet(n);
  }

  /** Begins a trial in which nothing has changed yet. */
  void begin() {
    changes = 0;
    moves = 0;
    decrease = 0;
    trialJoules = plan.joules;
  }

  /**
   * Proposes one setting for consecutive computations of a rank. If a computation has no option at
   * this setting, nothing changes.
   *
   * @param lane the computations of the rank, in execution order
   * @param from position of the first computation in {@code lane}
   * @param to position after the last computation in {@code lane}
   * @return whether at least one setting changes
   */
  boolean propose(int[] lane, int from, int to, int setting) {
    for (int i = from; i < to; i++) {
      if (tables.joules[lane[i] * settings + setting] == Double.POSITIVE_INFINITY) {
        return false;
      }
    }
    decrease += shortenedChanges(lane, from, to, setting);
    boolean any = false;
    for (int i = from; i < to; i++) {
      int j = lane[i];
      if (chosen[j] != setting) {
        trialJoules +=
            tables.joules[j * settings + setting] - tables.joules[j * settings + chosen[j]];
        double seconds = tables.seconds[j * settings + setting];
        decrease += Math.max(0, durations[j] - seconds);
        changed[changes] = j;
        settingsBefore[changes++] = chosen[j];
        chosen[j] = setting;
        durations[j] = seconds;
        any = true;
      }
    }
    return any;
  }

  /** Returns by how many seconds changes of clock become shorter if a part of a rank changes. */
  private double shortenedChanges(int[] lane, int from, int to, int setting) {
    double sum = 0;
    for (int i = Math.max(1, from); i < Math.min(lane.length, to + 1); i++) {
      int before = i - 1 < from ? chosen[lane[i - 1]] : setting;
      int after = i < to ? setting : chosen[lane[i]];
      double change = tables.changeSeconds[before * settings + after];
      sum += Math.max(0, plan.change(lane[i - 1], lane[i]) - change);
    }
    return sum;
  }

  /** Returns whether the trial has changed no setting yet. */
  boolean isUnchanged() {
    return changes == 0;
  }

  /** Returns the effective energy with the proposed settings, in joules. */
  double joules() {
    return trialJoules;
  }

  /** Returns the iteration time in seconds that the last successful {@link #evaluate} computed. */
  double seconds() {
    return trialSeconds;
  }

  /**
   * Returns whether one path exceeds a limit. The path follows a rank through the changed
   * computations, and then any other operations. The result is valid if the trial changes only this
   * part of this rank. The method takes time linear in the length of the part.
   */
  boolean exceeds(int[] lane, int from, int to, double limitSeconds) {
    int first = lane[from];
    double end = plan.start(first);
    for (int i = from; i < to; i++) {
      int j = lane[i];
      if (i > from && chosen[lane[i - 1]] != chosen[j]) {
        end += plan.change(lane[i - 1], j);
      }
      end += durations[j];
    }
    if (to < lane.length) {
      int next = lane[to];
      if (chosen[lane[to - 1]] != chosen[next]) {
        end += plan.change(lane[to - 1], next);
      }
      end += tails[next];
    }
    return end > limitSeconds + EPSILON_SECONDS;
  }

  /**
   * Computes the iteration time with the proposed settings, unless it exceeds a limit.
   *
   * @return whether the iteration time is at most the limit
   */
  boolean evaluate(double limitSeconds) {
    double limit = limitSeconds + EPSILON_SECONDS;
    int lastChanged = 0;
    for (int i = 0; i < changes; i++) {
      outdated.add(changed[i]);
      outdated.add(tables.after[changed[i]]);
      lastChanged = Math.max(lastChanged, changed[i]);
    }
    for (int j = outdated.takeFirst(); j != PlanningProblem.NONE; j = outdated.takeFirst()) {
      double start = plan.start(j);
      double end = start + durations[j];
      if (start == starts[j] && end == ends[j]) {
        continue;
      }
      moved[moves] = j;
      startsBefore[moves] = starts[j];
      endsBefore[moves++] = ends[j];
      starts[j] = start;
      ends[j] = end;
      // The tails are those before the trial. After the last changed operation they are exact.
      if (start + tails[j] - (j > lastChanged ? 0 : decrease) > limit) {
        outdated.clear();
        return false;
      }
      for (int k = tables.successorsFrom[j]; k < tables.successorsFrom[j + 1]; k++) {
        outdated.add(tables.successors[k]);
      }
      outdated.add(tables.after[j]);
    }
    trialSeconds = plan.iterationSeconds();
    return trialSeconds <= limit;
  }

  /** Takes back the trial. */
  void reject() {
    for (int i = moves - 1; i >= 0; i--) {
      starts[moved[i]] = startsBefore[i];
      ends[moved[i]] = endsBefore[i];
    }
    for (int i = changes - 1; i >= 0; i--) {
      int j = changed[i];
      chosen[j] = settingsBefore[i];
      durations[j] = tables.seconds[j * settings + chosen[j]];
    }
    changes = 0;
    moves = 0;
  }

  /** Keeps the settings of the trial, and updates the tails. */
  void accept() {
    plan.seconds = trialSeconds;
    plan.joules = trialJoules;
    for (int i = 0; i < changes; i++) {
      outdated.add(changed[i]);
      outdated.add(tables.before[changed[i]]);
    }
    for (int j = outdated.takeLast(); j != PlanningProblem.NONE; j = outdated.takeLast()) {
      double tail = plan.tail(j);
      if (tail != tails[j]) {
        tails[j] = tail;
        for (int k = tables.predecessorsFrom[j]; k < tables.predecessorsFrom[j + 1]; k++) {
          outdated.add(tables.predecessors[k]);
        }
        outdated.add(tables.before[j]);
      }
    }
    changes = 0;
    moves = 0;
  }
}
