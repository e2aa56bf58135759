package perseus.planner.beam;

/**
 * Keeps each event of a beam search close to a given time. Each event has a latest allowed time,
 * and a penalty in joules for the distance from its given time.
 *
 * <p>While the search visits the operations, events can become too early or too late for the
 * operations that follow. The penalty of an event estimates the additional energy of later
 * operations because the event is too early or too late. The search removes the penalty of an event
 * after the visit of all arcs that leave the event.
 */
final class GuideTimes {
  /** Time to which each event should stay close, in integer time units. */
  private final long[] times;

  /**
   * Penalty of each event in joules for each integer time unit between the event and the time to
   * which it should stay close.
   */
  private final double[] joulesPerTick;

  /**
   * Maximum delay of an event after the time to which it should stay close, in integer time units.
   */
  private final long maxDelay;

  GuideTimes(long[] times, double[] joulesPerTick, long maxDelay) {
    this.times = times;
    this.joulesPerTick = joulesPerTick;
    this.maxDelay = maxDelay;
  }

  /** Returns the penalty in joules of an event at {@code time}, in integer time units. */
  double penalty(int event, long time) {
    return joulesPerTick[event] * Math.abs(time - times[event]);
  }

  /** Returns the latest allowed time of an event, in integer time units. */
  long latest(int event) {
    return times[event] + maxDelay;
  }
}
