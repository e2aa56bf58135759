package perseus.planner.beam;

/**
 * Holds a guide time for each event, and keeps the events of {@link PartialPlans} close to their
 * guide times. For this purpose each event has a latest time, and a penalty in joules for its
 * distance from the guide time.
 *
 * <p>Events of a partial plan may be much too early or too late for the rest of the iteration. At
 * this step, the reduced cost of the partial plan does not show that such times are a problem.
 * Later operations must then correct the times, which is expensive if these operations have few
 * options. The penalty counts this expense in advance. The penalty of an event applies while the
 * event is in the cut, which means that later arcs still leave the event. The penalty is added to
 * the score of the partial plan, but is not part of the reduced cost.
 */
final class GuideTimes {
  /** Guide time of each event, in ticks. */
  private final long[] times;

  /** Penalty of each event per tick of distance from its guide time, in joules. */
  private final double[] joulesPerTick;

  /** Maximum delay of an event after its guide time, in ticks. */
  private final long maxDelay;

  GuideTimes(long[] times, double[] joulesPerTick, long maxDelay) {
    this.times = times;
    this.joulesPerTick = joulesPerTick;
    this.maxDelay = maxDelay;
  }

  /** Returns the penalty of an event in joules, for a time in ticks. */
  double penalty(int event, long time) {
    return joulesPerTick[event] * Math.abs(time - times[event]);
  }

  /** Returns the latest allowed time of an event, in ticks. */
  long latest(int event) {
    return times[event] + maxDelay;
  }
}
