package perseus.planner.switching;

import perseus.planner.network.OperationSet;
import perseus.planner.problem.PlanningProblem;

/**
 * Tries other frequencies for some operations of a plan, and then keeps or rejects the frequencies.
 *
 * <p>A trial starts with a call of {@link #begin} and one or more calls of {@link #propose}. The
 * method {@link #evaluate} computes the new starts of operations. The method {@link #accept} keeps
 * the proposed frequencies, and {@link #reject} restores the previous frequencies. If V of n
 * operations change their start, and each operation has at most D predecessors and successors, a
 * trial takes O(n / 64 + V D). Objects of this class are not thread-safe.
 */
final class ClockTrial {
  /** Maximum rounding error of a time, in seconds. */
  private static final double EPSILON_SECONDS = 1e-12;

  private final ClockTiming plan;
  private final ClockTables tables;
  private final int settings;
  private final int[] chosen;
  private final double[] durations;
  private final double[] starts;
  private final double[] ends;
  private final double[] tails;

  /**
   * Operations whose frequencies the trial changes; only the first {@link #changes} elements are
   * valid.
   */
  private final int[] changed;

  private final int[] settingsBefore;
  private int changes;

  /**
   * Operations whose start or end the trial changes; only the first {@link #moves} elements are
   * valid.
   */
  private final int[] moved;

  private final double[] startsBefore;
  private final double[] endsBefore;
  private int moves;

  private final OperationSet outdated;
  private double trialSeconds;
  private double trialJoules;

  /** Maximum time in seconds by which the proposed frequencies can make a path shorter. */
  private double decrease;

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

  void begin() {
    changes = 0;
    moves = 0;
    decrease = 0;
    trialJoules = plan.joules;
  }

  /**
   * Proposes the same frequency for consecutive computations of one rank. The method changes
   * nothing if one of the computations cannot run at the frequency.
   *
   * @param lane the computations of the rank, in execution order
   * @param from index in {@code lane} of the first computation to change
   * @param to index in {@code lane} after the last computation to change
   * @param setting index of the proposed frequency
   * @return whether the frequency of at least one computation changes
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

  /**
   * A run (consecutive computations at one frequency) can continue from the end of an iteration to
   * the start of the next iteration. The method proposes a frequency for the part of the run that
   * lies outside of the range {@code from} to {@code to}.
   *
   * @param from index in {@code lane} of the first computation of the range
   * @param to index in {@code lane} after the last computation of the range
   * @return whether the frequency of at least one computation changes
   */
  boolean proposeOverBorder(int[] lane, int from, int to, int setting) {
    boolean isFirst = from == 0;
    if (isFirst == (to == lane.length)) {
      return false;
    }
    int rest = 0;
    while (chosen[lane[isFirst ? lane.length - 1 - rest : rest]] == chosen[lane[from]]) {
      rest++;
    }
    int restFrom = isFirst ? lane.length - rest : 0;
    return propose(lane, restFrom, restFrom + rest, setting);
  }

  /**
   * Returns the total time in seconds by which clock changes become shorter if a range of
   * computations gets the frequency {@code setting}.
   */
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

  boolean isUnchanged() {
    return changes == 0;
  }

  /**
   * Returns the energy in joules of the plan with the proposed frequencies, minus the energy of
   * waiting for the same time.
   */
  double joules() {
    return trialJoules;
  }

  /** Returns the iteration time in seconds that the last successful {@link #evaluate} computed. */
  double seconds() {
    return trialSeconds;
  }

  /**
   * Returns whether the longest path through all changed computations of a rank is longer than a
   * limit. The result is valid only if all changed computations are in the given range. The method
   * takes time linear in the number of the changed computations.
   *
   * @param lane the computations of the rank, in execution order
   * @param from index in {@code lane} of the first changed computation
   * @param to index in {@code lane} after the last changed computation
   * @param limitSeconds maximum length of the path in seconds
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
   * Computes the iteration time of the plan with the proposed frequencies. The method stops early
   * if the iteration time must exceed the limit.
   *
   * @param limitSeconds maximum iteration time in seconds
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
      // For operations after the last changed operation, the stored longest paths to the end are
      // still exact.
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

  /** Restores the frequencies from before the trial. */
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

  /** Keeps the proposed frequencies, and updates the longest paths to the end. */
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
