package perseus.planner.rounding;

import java.util.Arrays;
import perseus.planner.network.OptionTables;

/**
 * A choice of options for every operation, with the earliest start of each and the longest way from
 * its end to the iteration's; kept up to date while choices change. All in ticks.
 */
public final class PlanTiming {
  private final OptionTables network;
  private final long deadline;
  private final int[] choices;
  private final long[] durations;
  private final long[] starts;
  private final long[] tails;

  /** A bit for each operation whose start or tail may have to change. */
  private final long[] dirty;

  /**
   * @param choices option of every operation, not copied
   * @param deadline latest end of the iteration
   */
  public PlanTiming(OptionTables network, int[] choices, long deadline) {
    this.network = network;
    this.choices = choices;
    this.deadline = deadline;
    starts = new long[network.operations];
    tails = new long[network.operations];
    dirty = new long[(network.operations >> 6) + 1];
    durations = new long[network.operations];
    Arrays.setAll(durations, j -> network.ticks[j][choices[j]]);
    for (int j = 0; j < network.operations; j++) {
      starts[j] = startAfter(j, -1);
    }
    for (int j = network.operations - 1; j >= 0; j--) {
      tails[j] = deadline - endBefore(j, -1);
    }
  }

  OptionTables network() {
    return network;
  }

  int choice(int j) {
    return choices[j];
  }

  int[] choices() {
    return choices;
  }

  long start(int j) {
    return starts[j];
  }

  /** Latest end of an operation that keeps the deadline. */
  long latestEnd(int j) {
    return deadline - tails[j];
  }

  /** Ticks that an operation could take at the most, with all others as they are. */
  long available(int j) {
    return deadline - tails[j] - starts[j];
  }

  /** Earliest start of an operation as far as its predecessors but one are concerned. */
  long startAfter(int j, int butPredecessor) {
    long start = 0;
    int[] predecessors = network.predecessors[j];
    for (int i = 0; i < predecessors.length; i++) {
      int p = predecessors[i];
      if (p != butPredecessor) {
        start = Math.max(start, starts[p] + durations[p] + network.lagFromPredecessor[j][i]);
      }
    }
    int before = network.clockBefore[j];
    if (before >= 0 && changesClock(before, j)) {
      start = Math.max(start, starts[before] + durations[before] + network.switchTicks);
    }
    return start;
  }

  /** Latest end of an operation as far as its successors but one are concerned. */
  long endBefore(int j, int butSuccessor) {
    long end = deadline;
    int[] successors = network.successors[j];
    for (int i = 0; i < successors.length; i++) {
      int s = successors[i];
      if (s != butSuccessor) {
        end = Math.min(end, deadline - tails[s] - durations[s] - network.lagToSuccessor[j][i]);
      }
    }
    int after = network.clockAfter[j];
    if (after >= 0 && changesClock(j, after)) {
      end = Math.min(end, deadline - tails[after] - durations[after] - network.switchTicks);
    }
    return end;
  }

  private boolean changesClock(int before, int after) {
    return network.frequencies[before][choices[before]]
        != network.frequencies[after][choices[after]];
  }

  /** Whether the iteration ends by the deadline. */
  public boolean inTime() {
    return makespan() <= deadline;
  }

  /** The iteration's end. */
  public long makespan() {
    long end = 0;
    for (int j : network.last) {
      end = Math.max(end, starts[j] + durations[j]);
    }
    return end;
  }

  /** Changes one operation's option. */
  void set(int j, int choice) {
    choices[j] = choice;
    durations[j] = network.ticks[j][choice];
    markAll(network.successors[j]);
    markClock(j);
    for (int word = 0; word < dirty.length; word++) {
      while (dirty[word] != 0) {
        int k = (word << 6) + Long.numberOfTrailingZeros(dirty[word]);
        dirty[word] &= dirty[word] - 1;
        long start = startAfter(k, -1);
        if (start != starts[k]) {
          starts[k] = start;
          markAll(network.successors[k]);
          mark(network.clockAfter[k]);
        }
      }
    }
    markAll(network.predecessors[j]);
    markClock(j);
    for (int word = dirty.length - 1; word >= 0; word--) {
      while (dirty[word] != 0) {
        int k = (word << 6) + 63 - Long.numberOfLeadingZeros(dirty[word]);
        dirty[word] ^= Long.highestOneBit(dirty[word]);
        long tail = deadline - endBefore(k, -1);
        if (tail != tails[k]) {
          tails[k] = tail;
          markAll(network.predecessors[k]);
          mark(network.clockBefore[k]);
        }
      }
    }
  }

  /** Marks what a change of clock before or after an operation can move. */
  private void markClock(int j) {
    if (network.switchTicks > 0) {
      mark(network.clockBefore[j]);
      mark(j);
      mark(network.clockAfter[j]);
    }
  }

  private void mark(int operation) {
    if (operation >= 0) {
      dirty[operation >> 6] |= 1L << operation;
    }
  }

  private void markAll(int[] operations) {
    for (int k : operations) {
      dirty[k >> 6] |= 1L << k;
    }
  }
}
