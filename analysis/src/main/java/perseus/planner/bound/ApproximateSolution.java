package perseus.planner.bound;

import java.util.Arrays;

/**
 * Holds a nearly optimal solution of the LP relaxation at one makespan, with a lower and an upper
 * bound on the exact minimum.
 *
 * <p>In the LP relaxation an operation may take any duration between its fastest and its slowest
 * frequency.
 *
 * @param makespan the makespan in integer time units, at least the time of the last event
 * @param events time of each event in integer time units; no operation starts before its
 *     predecessors have ended
 * @param flow flow of each arc of the network in integer power units; the last arc leads from the
 *     sink back to the source
 * @param line lower bound on the effective energy (energy minus the energy of waiting) of every
 *     plan, as a linear function of the makespan
 * @param upper effective energy of this solution (energy minus the energy of waiting for the same
 *     time), in joules
 */
record ApproximateSolution(
    long makespan, long[] events, long[] flow, SupportingLine line, double upper) {
  /**
   * Number of bits of a weight in a weighted mean of two times. Times have at most 45 bits, so the
   * product of a time and a weight fits into 64 bits.
   */
  private static final int WEIGHT_BITS = 16;

  /**
   * Returns a copy of this solution whose makespan is the time of its last event.
   *
   * @param sink index of the last event
   */
  ApproximateSolution atItsMakespan(int sink) {
    return new ApproximateSolution(events[sink], events, flow, line, upper);
  }

  /**
   * Returns a weighted mean of this solution's makespan and a slower solution's makespan, in
   * integer time units.
   *
   * @param share weight of the slower solution, from 0 (only this solution) to 1 (only the slower
   *     solution)
   */
  long makespanTowards(ApproximateSolution slower, double share) {
    return between(makespan, slower.makespan, weight(share));
  }

  /**
   * Returns weighted means of the event times of this solution and of a slower solution, in integer
   * time units. At the returned event times, no operation starts before its predecessors have
   * ended.
   *
   * @param share weight of the slower solution, from 0 (only this solution) to 1 (only the slower
   *     solution)
   */
  long[] eventsTowards(ApproximateSolution slower, double share) {
    long weight = weight(share);
    long[] between = new long[events.length];
    Arrays.setAll(between, v -> between(events[v], slower.events[v], weight));
    return between;
  }

  /**
   * Returns weighted means of the flows of this solution and of a slower solution, in integer power
   * units. Because of rounding, the flow into a node can differ slightly from the flow out of the
   * node.
   *
   * @param share weight of the slower solution, from 0 (only this solution) to 1 (only the slower
   *     solution)
   */
  long[] flowTowards(ApproximateSolution slower, double share) {
    long[] between = new long[flow.length];
    Arrays.setAll(between, arc -> flow[arc] + Math.round(share * (slower.flow[arc] - flow[arc])));
    return between;
  }

  private static long weight(double share) {
    return (long) Math.scalb(share, WEIGHT_BITS);
  }

  /**
   * Returns a weighted mean of two times, rounded down. If two events are 5 units apart in both
   * solutions, their mean times are also exactly 5 units apart, despite rounding.
   */
  private static long between(long a, long b, long weight) {
    return a + ((b - a) * weight >> WEIGHT_BITS);
  }
}
