package perseus.planner.beam;

/** The data of the partial plans that a beam search keeps at one step, in arrays by their index. */
final class Beam {
  /**
   * Times of the events in the cut, in ticks: that of slot s of partial plan b is at {@code b *
   * slots + s}; 0 where a slot is free.
   */
  final long[] times;

  /** Reduced cost of each partial plan, in joules. */
  final double[] costs;

  /** Sum of the penalties of the events in the cut, in joules. */
  final double[] penalties;

  /** Hash of the times of each partial plan. */
  final long[] hashes;

  /**
   * @param width maximum number of partial plans
   * @param slots maximum number of events in the cut
   */
  Beam(int width, int slots) {
    times = new long[width * slots];
    costs = new double[width];
    penalties = new double[width];
    hashes = new long[width];
  }
}
