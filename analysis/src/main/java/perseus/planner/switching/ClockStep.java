package perseus.planner.switching;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Holds the data of one step of a {@link ClockBeam}. A step chooses the frequency of one operation.
 */
final class ClockStep {
  /**
   * For each pending operation, the array index of its earliest start. A pending operation has no
   * frequency, but at least one predecessor with a frequency.
   */
  final int[] pendingSlots;

  final int[] otherSlots;
  final double[] otherWatts;

  final int[] successorSlots;
  final double[] successorLags;
  final double[] successorWatts;

  /**
   * For each successor of the operation, whether no other predecessor of the successor has a
   * frequency yet.
   */
  final boolean[] isNew;

  /**
   * For each successor, the earliest useful start in seconds ({@link ClockTails}). An even earlier
   * start does not save more energy.
   */
  final double[] usefulStarts;

  /**
   * @param i position of the operation in the order of {@link ClockOrder}
   * @param watts for each operation in {@code pending[i]}, the price of one second of delay, in
   *     watts
   * @param useful for each operation, the earliest useful start in seconds ({@link ClockTails})
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
   * Returns the earliest start of a successor in seconds, if its predecessor in this step ends at
   * {@code end} seconds in partial plan b.
   */
  double ready(int successor, ClockStates states, int b, double end) {
    double before =
        isNew[successor]
            ? usefulStarts[successor]
            : states.ready[b * states.slots + successorSlots[successor]];
    return Math.max(before, end + successorLags[successor]);
  }
}
