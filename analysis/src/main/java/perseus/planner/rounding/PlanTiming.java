package perseus.planner.rounding;

import java.util.Arrays;
import perseus.planner.network.OptionTables;

/**
 * The earliest start and the latest end of every operation of a plan, kept up to date while options
 * change. All times are in ticks.
 *
 * <p>Let {@code d_j} be the duration of operation j, {@code lag_pj} the ticks from the end of p
 * until its result reaches j, and c the computation before j on its rank. With deadline D:
 *
 * <pre>
 * start_j     = max(0, start_p + d_p + lag_pj for all predecessors p,
 *                      start_c + d_c + switchTicks if c and j have different frequencies)
 * latestEnd_j = min(D, latestEnd_s - d_s - lag_js for all successors s, and likewise
 *                      - switchTicks for the next computation if it has another frequency)
 * </pre>
 *
 * This class alone applies the rule that a change of clock takes {@code switchTicks}: {@link
 * #earliestStart} applies it forwards in time, {@link #latestEnd(int, int)} backwards.
 *
 * <p>Building takes time linear in the number of precedences. See {@link #set} for an update.
 */
public final class PlanTiming {
  /** Stands for "no operation" where one operation can be ignored. */
  private static final int NONE = -1;

  private final OptionTables network;
  private final long deadline;
  private final int[] choices;
  private final long[] durations;
  private final long[] starts;

  /** Ticks from the latest end of each operation to the deadline. */
  private final long[] tails;

  /** One bit per operation: its start or tail may be out of date. */
  private final long[] outdated;

  /**
   * Computes the times of a plan.
   *
   * @param choices option of every operation; not copied, and changed by {@link #set}
   * @param deadline latest end of the iteration, in ticks
   */
  public PlanTiming(OptionTables network, int[] choices, long deadline) {
    this.network = network;
    this.choices = choices;
    this.deadline = deadline;
    starts = new long[network.operations];
    tails = new long[network.operations];
    outdated = new long[(network.operations >> 6) + 1];
    durations = new long[network.operations];
    Arrays.setAll(durations, j -> network.ticks[j][choices[j]]);
    for (int j = 0; j < network.operations; j++) {
      starts[j] = earliestStart(j, NONE);
    }
    for (int j = network.operations - 1; j >= 0; j--) {
      tails[j] = deadline - latestEnd(j, NONE);
    }
  }

  /** The operations and their options. */
  public OptionTables network() {
    return network;
  }

  /** The option of an operation. */
  public int choice(int j) {
    return choices[j];
  }

  /** The options of all operations; the array itself, not a copy. */
  public int[] choices() {
    return choices;
  }

  /** The frequency of an operation's option, in MHz. */
  public int frequency(int j) {
    return network.frequencies[j][choices[j]];
  }

  /** Earliest start of an operation. */
  long start(int j) {
    return starts[j];
  }

  /** Latest end of an operation with which the iteration still ends by the deadline. */
  long latestEnd(int j) {
    return deadline - tails[j];
  }

  /** Ticks that an operation may take while all others keep their options. */
  public long available(int j) {
    return deadline - tails[j] - starts[j];
  }

  /**
   * Earliest start of an operation, computed from the operations before it.
   *
   * @param ignored a predecessor to leave out, or -1
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
    int before = network.clockBefore[j];
    if (before >= 0 && frequency(before) != frequency(j)) {
      start = Math.max(start, starts[before] + durations[before] + network.switchTicks);
    }
    return start;
  }

  /**
   * Latest end of an operation, computed from the operations after it.
   *
   * @param ignored a successor to leave out, or -1
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
    int after = network.clockAfter[j];
    if (after >= 0 && frequency(j) != frequency(after)) {
      end = Math.min(end, deadline - tails[after] - durations[after] - network.switchTicks);
    }
    return end;
  }

  /** Whether the iteration ends by the deadline. */
  public boolean inTime() {
    return makespan() <= deadline;
  }

  /** The iteration's end, in ticks. */
  public long makespan() {
    long end = 0;
    for (int j : network.last) {
      end = Math.max(end, starts[j] + durations[j]);
    }
    return end;
  }

  /**
   * Counts the changes of clock in a part of a rank, including the one before and the one after it.
   *
   * @param lane the rank's computations in execution order
   * @param from first position of the part
   * @param to position after the part
   */
  public int clockChanges(int[] lane, int from, int to) {
    int changes = 0;
    for (int i = Math.max(1, from); i < Math.min(lane.length, to + 1); i++) {
      changes += frequency(lane[i - 1]) == frequency(lane[i]) ? 0 : 1;
    }
    return changes;
  }

  /**
   * Changes one operation's option and updates all times.
   *
   * <p>Only operations whose start or tail can differ are visited, each once per direction, in
   * topological order. An update takes O(n / 64 + visited operations * their degree) for n
   * operations; the whole network is visited in the worst case.
   *
   * @param j the operation
   * @param choice its new option
   */
  public void set(int j, int choice) {
    choices[j] = choice;
    durations[j] = network.ticks[j][choice];
    markAll(network.successors[j]);
    markClockNeighbours(j);
    for (int word = 0; word < outdated.length; word++) {
      while (outdated[word] != 0) {
        int k = (word << 6) + Long.numberOfTrailingZeros(outdated[word]);
        outdated[word] &= outdated[word] - 1;
        long start = earliestStart(k, NONE);
        if (start != starts[k]) {
          starts[k] = start;
          markAll(network.successors[k]);
          mark(network.clockAfter[k]);
        }
      }
    }
    markAll(network.predecessors[j]);
    markClockNeighbours(j);
    for (int word = outdated.length - 1; word >= 0; word--) {
      while (outdated[word] != 0) {
        int k = (word << 6) + 63 - Long.numberOfLeadingZeros(outdated[word]);
        outdated[word] ^= Long.highestOneBit(outdated[word]);
        long tail = deadline - latestEnd(k, NONE);
        if (tail != tails[k]) {
          tails[k] = tail;
          markAll(network.predecessors[k]);
          mark(network.clockBefore[k]);
        }
      }
    }
  }

  /** Marks the operations that a change of clock before or after an operation can move. */
  private void markClockNeighbours(int j) {
    if (network.switchTicks > 0) {
      mark(network.clockBefore[j]);
      mark(j);
      mark(network.clockAfter[j]);
    }
  }

  private void mark(int operation) {
    if (operation >= 0) {
      outdated[operation >> 6] |= 1L << operation;
    }
  }

  private void markAll(int[] operations) {
    for (int k : operations) {
      outdated[k >> 6] |= 1L << k;
    }
  }
}
