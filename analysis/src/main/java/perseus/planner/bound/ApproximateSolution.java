package perseus.planner.bound;

import java.util.Arrays;

/**
 * Holds a nearly optimal solution of the relaxed problem at one makespan, and two bounds that
 * follow from this solution.
 *
 * <p>In the relaxed problem an operation may take any duration between its fastest and its slowest
 * option. The lower bound is a line below the effective energies of all plans. The upper bound is
 * an energy that the optimum at this makespan does not exceed.
 *
 * @param makespan the makespan in ticks, at least the time of the last event
 * @param events time of each event in ticks; all precedences hold
 * @param flow flow of each arc of the network in scaled watts; the last entry is the arc from the
 *     sink back to the source
 * @param line a line below the effective energy of every plan
 * @param upper effective energy of the events, in joules
 */
record ApproximateSolution(
    long makespan, long[] events, long[] flow, SupportingLine line, double upper) {
  /**
   * A weight in an average of times has 16 bits. Times have at most 45 bits, so the products fit
   * into 64 bits.
   */
  private static final int WEIGHT_BITS = 16;

  /**
   * Returns a copy of this solution whose makespan is the time of the sink.
   *
   * @param sink index of the sink, the last event
   */
  ApproximateSolution atItsMakespan(int sink) {
    return new ApproximateSolution(events[sink], events, flow, line, upper);
  }

  /**
   * Returns a makespan in ticks between this solution's makespan and a slower solution's makespan.
   *
   * @param share 0 for this solution, 1 for the slower solution
   */
  long makespanTowards(ApproximateSolution slower, double share) {
    return between(makespan, slower.makespan, weight(share));
  }

  /**
   * Returns event times in ticks between this solution and a slower solution. All precedences hold
   * for the returned times, too.
   *
   * @param share 0 for this solution, 1 for the slower solution
   */
  long[] eventsTowards(ApproximateSolution slower, double share) {
    long weight = weight(share);
    long[] between = new long[events.length];
    Arrays.setAll(between, v -> between(events[v], slower.events[v], weight));
    return between;
  }

  /**
   * Returns a flow in scaled watts between this solution and a slower solution. Because of
   * rounding, the flow into a node can differ slightly from the flow out of the node.
   *
   * @param share 0 for this solution, 1 for the slower solution
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
   * Returns a weighted mean, rounded down. If two times have the same difference in both solutions,
   * their means also have this difference.
   */
  private static long between(long a, long b, long weight) {
    return a + ((b - a) * weight >> WEIGHT_BITS);
  }
}
