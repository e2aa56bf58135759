package perseus.planner;

import java.util.Arrays;
import java.util.BitSet;
import perseus.pipeline.IterationDag;

/**
 * A choice of options for every operation, with the earliest start of each and the longest way from
 * its end to the iteration's; kept up to date while choices change. All in ticks.
 */
final class Timing {
  private final Network network;
  private final long deadline;
  private final int[] choices;
  private final long[] starts;
  private final long[] tails;
  private final BitSet dirty;

  /** The DAG and the options in arrays, shared by all timings of a problem. */
  static final class Network {
    final int operations;
    final int[][] predecessors;
    final int[][] successors;
    final long[][] lagFromPredecessor;
    final long[][] lagToSuccessor;
    final long[][] ticks;
    final double[][] energies;
    final int[] last;

    Network(PlanningProblem problem, ScaledCosts costs) {
      IterationDag dag = problem.dag();
      operations = dag.size();
      predecessors = new int[operations][];
      successors = new int[operations][];
      lagFromPredecessor = new long[operations][];
      lagToSuccessor = new long[operations][];
      ticks = new long[operations][];
      energies = new double[operations][];
      int[] ends = new int[operations];
      int count = 0;
      for (int j = 0; j < operations; j++) {
        int operation = j;
        predecessors[j] = dag.predecessors(j);
        successors[j] = dag.successors(j);
        lagFromPredecessor[j] =
            Arrays.stream(predecessors[j])
                .mapToLong(p -> costs.transferTicks(p, operation))
                .toArray();
        lagToSuccessor[j] =
            Arrays.stream(successors[j])
                .mapToLong(s -> costs.transferTicks(operation, s))
                .toArray();
        ticks[j] = costs.hull(j).optionTicks();
        energies[j] = costs.hull(j).set().effectiveEnergies();
        if (successors[j].length == 0) {
          ends[count++] = j;
        }
      }
      last = Arrays.copyOf(ends, count);
    }

    /**
     * The slowest option, which is the cheapest, that takes at most {@code available} ticks; else
     * the fastest.
     */
    int slowestWithin(int j, long available) {
      long[] options = ticks[j];
      int low = 0;
      int high = options.length - 1;
      while (low < high) {
        int middle = (low + high + 1) >>> 1;
        if (options[middle] <= available) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      return low;
    }
  }

  /**
   * @param choices option of every operation, not copied
   * @param deadline latest end of the iteration
   */
  Timing(Network network, int[] choices, long deadline) {
    this.network = network;
    this.choices = choices;
    this.deadline = deadline;
    starts = new long[network.operations];
    tails = new long[network.operations];
    dirty = new BitSet(network.operations);
    for (int j = 0; j < network.operations; j++) {
      starts[j] = startAfter(j, -1);
    }
    for (int j = network.operations - 1; j >= 0; j--) {
      tails[j] = deadline - endBefore(j, -1);
    }
  }

  Network network() {
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

  private long duration(int j) {
    return network.ticks[j][choices[j]];
  }

  /** Earliest start of an operation as far as its predecessors but one are concerned. */
  long startAfter(int j, int butPredecessor) {
    long start = 0;
    int[] predecessors = network.predecessors[j];
    for (int i = 0; i < predecessors.length; i++) {
      int p = predecessors[i];
      if (p != butPredecessor) {
        start = Math.max(start, starts[p] + duration(p) + network.lagFromPredecessor[j][i]);
      }
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
        end = Math.min(end, deadline - tails[s] - duration(s) - network.lagToSuccessor[j][i]);
      }
    }
    return end;
  }

  /** Whether the iteration ends by the deadline. */
  boolean inTime() {
    for (int j : network.last) {
      if (starts[j] + duration(j) > deadline) {
        return false;
      }
    }
    return true;
  }

  /** Changes one operation's option. */
  void set(int j, int choice) {
    choices[j] = choice;
    markAll(network.successors[j]);
    for (int k = dirty.nextSetBit(0); k >= 0; k = dirty.nextSetBit(k + 1)) {
      dirty.clear(k);
      long start = startAfter(k, -1);
      if (start != starts[k]) {
        starts[k] = start;
        markAll(network.successors[k]);
      }
    }
    markAll(network.predecessors[j]);
    for (int k = dirty.previousSetBit(j); k >= 0; k = dirty.previousSetBit(k - 1)) {
      dirty.clear(k);
      long tail = deadline - endBefore(k, -1);
      if (tail != tails[k]) {
        tails[k] = tail;
        markAll(network.predecessors[k]);
      }
    }
  }

  private void markAll(int[] operations) {
    for (int k : operations) {
      dirty.set(k);
    }
  }
}
