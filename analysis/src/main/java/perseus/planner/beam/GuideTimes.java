package perseus.planner.beam;

/**
 * Keeps the events of {@link PartialPlans} close to given times, which are called guide times. This
 * class sets a latest time for each event, and a penalty in joules for the distance from the guide
 * time.
 *
 * <p>Events of a partial plan may be much too early or too late for the rest of the iteration. The
 * reduced cost of the partial plan does not show this problem yet. Later operations must then
 * correct the times, which is expensive if these operations have few options. The penalty
 * anticipates this expense. The penalty of an event applies while the event is in the cut. The
 * penalty is added to the score of the partial plan, but is not part of the reduced cost.
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
