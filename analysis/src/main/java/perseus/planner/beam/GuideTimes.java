package perseus.planner.beam;

/**
 * Times near which {@link PartialPlans} keep their events: an upper limit, and a penalty for the
 * distance.
 *
 * <p>The reduced cost of a partial plan does not show that it has drifted: its events may be late
 * or early without any cost so far. Returning to times that suit the rest of the iteration is
 * expensive where there are few options to choose from. The penalty anticipates that. It counts as
 * long as an event is in the cut, and is no part of the reduced cost.
 */
final class GuideTimes {
  /** Guide time of each event, in ticks. */
  private final long[] times;

  /** Penalty of each event in joules per tick of distance. */
  private final double[] joulesPerTick;

  /** Ticks by which an event may be later than its guide time. */
  private final long maxDelay;

  GuideTimes(long[] times, double[] joulesPerTick, long maxDelay) {
    this.times = times;
    this.joulesPerTick = joulesPerTick;
    this.maxDelay = maxDelay;
  }

  /** Penalty of an event at a time, in joules. */
  double penalty(int event, long time) {
    return joulesPerTick[event] * Math.abs(time - times[event]);
  }

  /** The latest time of an event, in ticks. */
  long latest(int event) {
    return times[event] + maxDelay;
  }
}
