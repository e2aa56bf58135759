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

  /**
   * Hash of the times of each partial plan: the sum of {@link #hash} over the events in the cut, so
   * that the time of a single event can be exchanged.
   */
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

  /**
   * Hash of one event's time (the finalizer of SplitMix64).
   *
   * @param time number of the interval in which the time lies; times in the same interval count as
   *     equal
   */
  static long hash(int slot, long time) {
    long z = time * 0x9E3779B97F4A7C15L + slot * 0xD1B54A32D192ED03L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
