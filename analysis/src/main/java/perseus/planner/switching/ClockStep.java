package perseus.planner.switching;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Holds the data of one step of a {@link ClockBeam}: the operations whose earliest starts depend on
 * the operation that gets its setting (frequency), and the prices of the starts of all pending
 * operations.
 */
final class ClockStep {
  /**
   * Slots (indices of earliest starts) of all pending operations. A pending operation has no
   * setting (frequency) yet, but one of its predecessors has a setting.
   */
  final int[] pendingSlots;

  // Slots and prices of those pending operations that are not successors of the operation.
  // Operations with the price 0 are left out.
  final int[] otherSlots;
  final double[] otherWatts;

  // Successors of the operation. A successor is new if none of its other predecessors has a setting
  // yet.
  final int[] successorSlots;
  final double[] successorLags;
  final double[] successorWatts;
  final boolean[] isNew;

  /**
   * Earliest start in seconds of each successor that is useful ({@link ClockTails}). An earlier
   * start than this would save no energy.
   */
  final double[] usefulStarts;

  /**
   * Collects the data of a step.
   *
   * @param i position in the order of the operation that gets its setting (frequency)
   * @param watts price in watts of the start of each pending operation, in the order of {@code
   *     pending[i]}
   * @param useful earliest useful start of each operation in seconds ({@link ClockTails})
   */
  ClockStep(ClockTables tables, ClockOrder order, int i, double[] watts, double[] useful) {
    int j = order.operations[i];
    int[] pending = order.pending[i];
    pendingSlots = Arrays.stream(pending).map(k -> order.slot[k]).toArray();
    int from = tables.successorsFrom[j];
    int[] successors = Arrays.copyOfRange(tables.successors, from, tables.successorsFrom[j + 1]);
    int[] others =
        IntStream.range(0, pending.length)
            .filter(p -> watts[p] > 0 && index(successors, pending[p]) < 0)
            .toArray();
    otherSlots = Arrays.stream(others).map(p -> pendingSlots[p]).toArray();
    otherWatts = Arrays.stream(others).mapToDouble(p -> watts[p]).toArray();
    successorSlots = Arrays.stream(successors).map(k -> order.slot[k]).toArray();
    successorWatts = Arrays.stream(successors).mapToDouble(k -> watts[index(pending, k)]).toArray();
    successorLags = Arrays.copyOfRange(tables.lagAfter, from, from + successors.length);
    usefulStarts = Arrays.stream(successors).mapToDouble(k -> useful[k]).toArray();
    isNew = new boolean[successors.length];
    for (int s = 0; s < isNew.length; s++) {
      isNew[s] = i == 0 || index(order.pending[i - 1], successors[s]) < 0;
    }
  }

  private static int index(int[] values, int value) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == value) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Returns the earliest start of a successor in seconds.
   *
   * @param successor index of the successor
   * @param states partial plans (settings of the first operations) before the step
   * @param b index of the partial plan
   * @param end end of the operation in seconds
   */
  double ready(int successor, ClockStates states, int b, double end) {
    double before =
        isNew[successor]
            ? usefulStarts[successor]
            : states.ready[b * states.slots + successorSlots[successor]];
    return Math.max(before, end + successorLags[successor]);
  }
}
