package perseus.planner.rounding;

import java.util.Arrays;
import perseus.planner.network.OperationSet;
import perseus.planner.network.OptionTables;

/**
 * Computes the earliest start and the latest end of every operation of a plan, and updates them
 * when a frequency changes. All times are in integer time units.
 *
 * <p>Clock changes take no time in this class. The formulas give the earliest starts and the latest
 * ends.
 *
 * <pre>
 * start_j     = max(0, start_p + d_p + lag_pj for all predecessors p)
 * latestEnd_j = min(D, latestEnd_s - d_s - lag_js for all successors s)
 *
 * d_j      duration of operation j
 * lag_pj   time from the end of operation p until its result reaches operation j
 * D        deadline, which is the latest end of the iteration
 * </pre>
 *
 * <p>The constructor takes time linear in the number of precedences.
 */
public final class PlanTiming {
  /** Stands for no predecessor and no successor. */
  private static final int NONE = -1;

  private final OptionTables network;
  private final long deadline;
  private final int[] choices;
  private final long[] durations;
  private final long[] starts;

  /** Time in integer time units from the latest end of each operation to the deadline. */
  private final long[] tails;

  /** The operations whose earliest start or latest end may have to be computed again. */
  private final OperationSet outdated;

  /**
   * @param choices index of the frequency choice of every operation; the array is not copied, and
   *     {@link #set} changes it
   * @param deadline latest end of the iteration, in integer time units
   */
  public PlanTiming(OptionTables network, int[] choices, long deadline) {
    this.network = network;
    this.choices = choices;
    this.deadline = deadline;
    starts = new long[network.operations];
    tails = new long[network.operations];
    outdated = new OperationSet(network.operations);
    durations = new long[network.operations];
    Arrays.setAll(durations, j -> network.ticks[j][choices[j]]);
    for (int j = 0; j < network.operations; j++) {
      starts[j] = earliestStart(j, NONE);
    }
    for (int j = network.operations - 1; j >= 0; j--) {
      tails[j] = deadline - latestEnd(j, NONE);
    }
  }

  /** Returns the tables of the problem's operations and frequency choices. */
  public OptionTables network() {
    return network;
  }

  /** Returns the index of the frequency choice of operation j. */
  public int choice(int j) {
    return choices[j];
  }

  /** Returns the index of the frequency choice of every operation, not as a copy. */
  public int[] choices() {
    return choices;
  }

  /** Returns the frequency of operation j, in MHz. */
  public int frequency(int j) {
    return network.frequencies[j][choices[j]];
  }

  /** Returns the earliest start of operation j, in integer time units. */
  long start(int j) {
    return starts[j];
  }

  /**
   * Returns the latest end of operation j, in integer time units, for which the iteration still
   * ends by the deadline.
   */
  long latestEnd(int j) {
    return deadline - tails[j];
  }

  /**
   * Returns the maximum duration of operation j in integer time units. With this duration, the plan
   * still meets its deadline if no other operation changes.
   */
  public long available(int j) {
    return deadline - tails[j] - starts[j];
  }

  /**
   * Computes the earliest start of operation j from the ends of its predecessors, in integer time
   * units.
   *
   * @param ignored index of a predecessor that is left out, or -1 to use all predecessors
   */
  long earliestStart(int j, int ignored) {
    long start = 0;
    int[] predecessors = network.predecessors[j];
    for (int i = 0; i < predecessors.length; i++) {
      int p = predecessors[i];
      if (p != ignored) {
        start = Math.max(start, starts[p] + durations[p] + network.lagFromPredecessor[j][i]);
      }
    }
    return start;
  }

  /**
   * Computes the latest end of operation j from the latest ends of its successors, in integer time
   * units.
   *
   * @param ignored index of a successor that is left out, or -1 to use all successors
   */
  long latestEnd(int j, int ignored) {
    long end = deadline;
    int[] successors = network.successors[j];
    for (int i = 0; i < successors.length; i++) {
      int s = successors[i];
      if (s != ignored) {
        end = Math.min(end, deadline - tails[s] - durations[s] - network.lagToSuccessor[j][i]);
      }
    }
    return end;
  }

  /** Returns whether the iteration ends by the deadline. */
  public boolean inTime() {
    return makespan() <= deadline;
  }

  /**
   * Returns the end of the iteration, in integer time units, if every operation starts as early as
   * possible.
   */
  public long makespan() {
    long end = 0;
    for (int j : network.last) {
      end = Math.max(end, starts[j] + durations[j]);
    }
    return end;
  }

  /**
   * Counts the clock changes before, between and after the computations of a rank in a range of
   * positions.
   *
   * @param lane indices of the rank's computations, in execution order
   * @param from first position of the range in {@code lane}
   * @param to position after the last position of the range
   */
  public int clockChanges(int[] lane, int from, int to) {
    int changes = 0;
    for (int i = Math.max(1, from); i < Math.min(lane.length, to + 1); i++) {
      changes += frequency(lane[i - 1]) == frequency(lane[i]) ? 0 : 1;
    }
    return changes;
  }

  /**
   * Changes the frequency of one operation, and updates the earliest starts and latest ends of all
   * operations.
   *
   * <p>Only operations whose earliest start or latest end can change are visited. If V of n
   * operations are visited, and each has at most D predecessors and successors, an update takes O(n
   * / 64 + V D). In the worst case an update visits all operations.
   *
   * @param j index of the operation
   * @param choice index of the new frequency choice
   */
  public void set(int j, int choice) {
    choices[j] = choice;
    durations[j] = network.ticks[j][choice];
    outdated.addAll(network.successors[j]);
    for (int k = outdated.takeFirst(); k != NONE; k = outdated.takeFirst()) {
      long start = earliestStart(k, NONE);
      if (start != starts[k]) {
        starts[k] = start;
        outdated.addAll(network.successors[k]);
      }
    }
    outdated.addAll(network.predecessors[j]);
    for (int k = outdated.takeLast(); k != NONE; k = outdated.takeLast()) {
      long tail = deadline - latestEnd(k, NONE);
      if (tail != tails[k]) {
        tails[k] = tail;
        outdated.addAll(network.predecessors[k]);
      }
    }
  }
}
