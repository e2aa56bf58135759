package perseus.planner.bound;

import java.util.Arrays;

/**
 * Holds a nearly optimal solution of the relaxed problem (durations may lie between two options) at
 * one makespan, with a lower and an upper bound on the minimum effective energy.
 *
 * <p>In the relaxed problem an operation may take any duration between its fastest and its slowest
 * option (frequency). Effective energy is energy minus the energy that waiting GPUs would use in
 * the same time. The lower bound of a solution is a straight line (a linear function of the
 * makespan). No plan has an effective energy below the lower bound at the plan's makespan. The
 * upper bound of a solution is its own effective energy.
 *
 * @param makespan the makespan in ticks (integer units of time), at least the time of the last
 *     event
 * @param events time of each event in ticks (integer units of time); at these times, no operation
 *     starts before its predecessors have ended
 * @param flow flow of each arc of the network in scaled watts (integer units of power). The last
 *     value of {@code flow} is the flow of the arc from the sink back to the source.
 * @param line lower bound on the effective energy (energy minus the energy of waiting for the same
 *     time) of every plan, as a linear function of the makespan
 * @param upper effective energy (energy minus the energy of waiting for the same time) of this
 *     solution, in joules
 */
record ApproximateSolution(
    long makespan, long[] events, long[] flow, SupportingLine line, double upper) {
  /**
   * Number of bits of a weight in a weighted mean of two times. Times in ticks (integer units of
   * time) have at most 45 bits, so the product of a time and a weight fits into 64 bits.
   */
  private static final int WEIGHT_BITS = 16;

  /**
   * Returns a copy of this solution whose makespan is the time of its last event, the sink.
   *
   * @param sink index of the sink, the last event
   */
  ApproximateSolution atItsMakespan(int sink) {
    return new ApproximateSolution(events[sink], events, flow, line, upper);
  }

  /**
   * Returns a weighted mean of this solution's makespan and a slower solution's makespan, in ticks
   * (integer units of time).
   *
   * @param share weight of the slower solution, from 0 (only this solution) to 1 (only the slower
   *     solution)
   */
  long makespanTowards(ApproximateSolution slower, double share) {
    return between(makespan, slower.makespan, weight(share));
  }

  /**
   * Returns weighted means of the event times of this solution and of a slower solution, in ticks
   * (integer units of time). At the returned event times, no operation starts before its
   * predecessors have ended.
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
   * Returns weighted means of the flows of this solution and of a slower solution, in scaled watts
   * (integer units of power). Because of rounding, the returned flow into a node can differ
   * slightly from the flow out of it.
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
   * Returns a weighted mean of two times in ticks (integer units of time), rounded down. If two
   * events are the same number of ticks apart in both solutions, their mean times are also this
   * number of ticks apart.
   */
  private static long between(long a, long b, long weight) {
    return a + ((b - a) * weight >> WEIGHT_BITS);
  }
}
