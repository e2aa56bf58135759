package perseus.planner.switching;

import perseus.planner.problem.PlanningProblem;

/**
 * Holds the times and the energy of a plan in which clock changes take time. Objects of this class
 * are not thread-safe.
 *
 * <p>The earliest start of operation j and the iteration time are:
 *
 * <pre>
 * s_j = max(0, s_p + d_p + lag(p, j) for all predecessors p, s_c + d_c + change(c, j))
 * T = max(s_j + d_j for all j, s_z + d_z + change(z, a) - s_a for all ranks)
 *
 * s_j            earliest start of operation j, in seconds
 * d_j            duration of operation j, in seconds
 * lag(p, j)      transfer time from operation p to operation j, in seconds
 * c              previous computation on the rank of operation j
 * change(c, j)   time of the clock change from operation c to operation j, in seconds
 * T              iteration time, in seconds
 * a, z           first and last computation of a rank
 * </pre>
 *
 * <p>The tail of an operation is the length in seconds of the longest path from its start to the
 * end of the last operation.
 */
final class ClockTiming {
  // The fields are not private because ClockTrial updates them.
  final ClockTables tables;
  final int settings;
  final int[] chosen;
  final double[] durations;
  final double[] starts;
  final double[] ends;
  final double[] tails;
  double seconds;
  double joules;

  ClockTiming(ClockTables tables, int[] plan) {
    this.tables = tables;
    settings = tables.settings;
    int n = tables.operations;
    chosen = plan.clone();
    durations = new double[n];
    starts = new double[n];
    ends = new double[n];
    tails = new double[n];
    for (int j = 0; j < n; j++) {
      durations[j] = tables.seconds[j * settings + chosen[j]];
      starts[j] = start(j);
      ends[j] = starts[j] + durations[j];
      joules += tables.joules[j * settings + chosen[j]];
    }
    for (int j = n - 1; j >= 0; j--) {
      tails[j] = tail(j);
    }
    seconds = iterationSeconds();
  }

  /** Returns the iteration time of the plan in seconds. */
  double seconds() {
    return seconds;
  }

  /** Returns the energy of the plan in joules, minus the energy of waiting for the same time. */
  double joules() {
    return joules;
  }

  /** Returns the index of the frequency of operation j. */
  int setting(int j) {
    return chosen[j];
  }

  /** Returns the earliest start of operation j in seconds. */
  double startSeconds(int j) {
    return starts[j];
  }

  /**
   * Returns the length in seconds of the longest path from the start of operation j to the end of
   * the iteration.
   */
  double tailSeconds(int j) {
    return tails[j];
  }

  void copyTo(int[] other) {
    System.arraycopy(chosen, 0, other, 0, chosen.length);
  }

  /** Computes the earliest start of operation j in seconds from the ends of its predecessors. */
  double start(int j) {
    double start = 0;
    for (int i = tables.predecessorsFrom[j]; i < tables.predecessorsFrom[j + 1]; i++) {
      int p = tables.predecessors[i];
      double ready = ends[p] + tables.lagBefore[i];
      if (ready > start) {
        start = ready;
      }
    }
    int c = tables.before[j];
    if (c != PlanningProblem.NONE && chosen[c] != chosen[j]) {
      double ready = ends[c] + change(c, j);
      if (ready > start) {
        start = ready;
      }
    }
    return start;
  }

  /** Returns the time in seconds of the clock change between two operations. */
  double change(int from, int to) {
    return tables.changeSeconds[chosen[from] * settings + chosen[to]];
  }

  /**
   * Computes the longest path in seconds from the start of operation j to the end of the iteration.
   * The method uses the longest paths of the successors of operation j.
   */
  double tail(int j) {
    double rest = 0;
    for (int i = tables.successorsFrom[j]; i < tables.successorsFrom[j + 1]; i++) {
      rest = Math.max(rest, tables.lagAfter[i] + tails[tables.successors[i]]);
    }
    int a = tables.after[j];
    if (a != PlanningProblem.NONE && chosen[a] != chosen[j]) {
      rest = Math.max(rest, change(j, a) + tails[a]);
    }
    return durations[j] + rest;
  }

  /** Computes the iteration time in seconds from the starts and ends of the operations. */
  double iterationSeconds() {
    double end = 0;
    for (int j : tables.last) {
      end = Math.max(end, ends[j]);
    }
    for (int[] lane : tables.lanes) {
      if (lane.length > 0) {
        int first = lane[0];
        int last = lane[lane.length - 1];
        if (chosen[first] != chosen[last]) {
          end = Math.max(end, ends[last] + change(last, first) - starts[first]);
        }
      }
    }
    return end;
  }

  /** Returns the first of the operations that end last. */
  int lastToEnd() {
    int latest = 0;
    for (int j = 1; j < ends.length; j++) {
      if (ends[j] > ends[latest]) {
        latest = j;
      }
    }
    return latest;
  }

  /**
   * Returns the index in {@link ClockTables#predecessors} of the first predecessor that determines
   * the start of operation j; NONE if operation j has no predecessor.
   */
  int criticalPredecessor(int j) {
    for (int i = tables.predecessorsFrom[j]; i < tables.predecessorsFrom[j + 1]; i++) {
      if (ends[tables.predecessors[i]] + tables.lagBefore[i] == starts[j]) {
        return i;
      }
    }
    return PlanningProblem.NONE;
  }
}
