package perseus.planner.beam;

/**
 * Holds the data of the partial plans that a beam search keeps at one step. A partial plan has
 * frequencies for the operations that the search has visited. Each array holds the data of all
 * partial plans, one after another.
 */
final class Beam {
  /**
   * Times of all events with unvisited outgoing arcs, in integer time units. The times of partial
   * plan b begin at the index {@code b * slots}.
   */
  final long[] times;

  /**
   * For each partial plan, the energy in joules that its frequencies need above the minimum of the
   * LP relaxation.
   */
  final double[] costs;

  /**
   * For each partial plan, the sum of the penalties ({@link GuideTimes}) in joules of all events
   * with unvisited outgoing arcs.
   */
  final double[] penalties;

  /**
   * For each partial plan, the sum of the hashes ({@link #hash}) of all events with unvisited
   * outgoing arcs.
   */
  final long[] hashes;

  Beam(int width, int slots) {
    times = new long[width * slots];
    costs = new double[width];
    penalties = new double[width];
    hashes = new long[width];
  }

  /**
   * Computes the hash of the time of one event, with the finalizer of SplitMix64. Times in the same
   * time interval get the same hash.
   *
   * @param slot index in the array of event times
   * @param time index of the time interval that contains the time of the event
   */
  static long hash(int slot, long time) {
    long z = time * 0x9E3779B97F4A7C15L + slot * 0xD1B54A32D192ED03L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
