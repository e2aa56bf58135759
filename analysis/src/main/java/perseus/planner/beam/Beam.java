package perseus.planner.beam;

/**
 * Holds the data of the partial plans (plans for some of the operations) that a beam search keeps
 * at one step. A partial plan has options (frequencies) for the first arcs of the event network.
 * Each array holds the data of all partial plans, in the order of their indices.
 */
final class Beam {
  /**
   * Times in ticks (integer units of time) of the events in the cut (events that later arcs still
   * leave). The time of the event in slot s (index in the array of event times) of partial plan b
   * (options for the first arcs) is at the index {@code b * slots + s}. The time of a slot that
   * holds no event is 0.
   */
  final long[] times;

  /**
   * Reduced cost (energy above the minimum) of each partial plan (options for the first arcs) in
   * joules. Every plan that completes a partial plan uses at least the minimum energy of the
   * relaxed problem (durations may lie between two options) plus the reduced cost.
   */
  final double[] costs;

  /**
   * Penalty of each partial plan (options for the first arcs) in joules. The penalty is a sum over
   * all events at which an arc starts that was not yet visited. For each event, the sum has the
   * penalty for the distance of the event from its guide time ({@link GuideTimes}).
   */
  final double[] penalties;

  /**
   * Hash of the event times of each partial plan (options for the first arcs). The hash of a
   * partial plan is the sum of the hashes ({@link #hash}) of all events that later arcs still
   * leave. Because the hash is a sum, it is easy to update when the time of one event changes.
   */
  final long[] hashes;

  /**
   * @param width maximum number of partial plans (options for the first arcs) that are kept at a
   *     step
   * @param slots number of slots (indices in the array of event times) of each partial plan
   *     (options for the first arcs)
   */
  Beam(int width, int slots) {
    times = new long[width * slots];
    costs = new double[width];
    penalties = new double[width];
    hashes = new long[width];
  }

  /**
   * Computes the hash of the time of one event, with the finalizer of SplitMix64.
   *
   * @param slot index of the event's time in the times of a partial plan
   * @param time index of the time interval that contains the time of the event; times in the same
   *     interval are treated as equal
   */
  static long hash(int slot, long time) {
    long z = time * 0x9E3779B97F4A7C15L + slot * 0xD1B54A32D192ED03L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
