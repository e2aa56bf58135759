package perseus.planner.bound;

import java.util.Arrays;

/**
 * A nearly optimal solution of the relaxed problem at one makespan, with the two bounds that it
 * proves: a line below all plans, and an energy that the optimum does not exceed.
 *
 * @param makespan the makespan, in ticks; at least that of the events
 * @param events time of each event in ticks; all precedences hold
 * @param flow flow of each arc of the network and, last, of the arc from the sink back to the
 *     source, in scaled watts
 * @param line a line below the effective energy of every plan
 * @param upper effective energy of the events, in joules
 */
record ApproximateSolution(
    long makespan, long[] events, long[] flow, SupportingLine line, double upper) {
  /**
   * Binary digits of a weight in an average of times. With times of 45 bits, products fit into 64
   * bits.
   */
  private static final int WEIGHT_BITS = 16;

  /** The same solution for the shorter makespan at which its events end. */
  ApproximateSolution atItsMakespan(int sink) {
    return new ApproximateSolution(events[sink], events, flow, line, upper);
  }

  /**
   * The makespan in ticks between this solution and a slower one.
   *
   * @param share 0 for this solution, 1 for the slower one
   */
  long makespanTowards(ApproximateSolution slower, double share) {
    return between(makespan, slower.makespan, weight(share));
  }

  /**
   * The event times between this solution and a slower one, in ticks. All precedences hold for them
   * as well.
   *
   * @param share 0 for this solution, 1 for the slower one
   */
  long[] eventsTowards(ApproximateSolution slower, double share) {
    long weight = weight(share);
    long[] between = new long[events.length];
    Arrays.setAll(between, v -> between(events[v], slower.events[v], weight));
    return between;
  }

  /**
   * The flow between this solution and a slower one, in scaled watts. Because of rounding it is not
   * exactly a circulation.
   *
   * @param share 0 for this solution, 1 for the slower one
   */
  long[] flowTowards(ApproximateSolution slower, double share) {
    long[] between = new long[flow.length];
    Arrays.setAll(between, arc -> flow[arc] + Math.round(share * (slower.flow[arc] - flow[arc])));
    return between;
  }

  private static long weight(double share) {
    return (long) Math.scalb(share, WEIGHT_BITS);
  }

  /** A weighted mean, rounded down. Differences that are equal in both solutions stay the same. */
  private static long between(long a, long b, long weight) {
    return a + ((b - a) * weight >> WEIGHT_BITS);
  }
}
