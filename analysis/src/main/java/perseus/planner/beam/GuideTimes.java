package perseus.planner.beam;

/**
 * Keeps the events of {@link PartialPlans} close to their guide times. The guide time of an event
 * is a time to which the event should stay close. Each event has a latest allowed time, and a
 * penalty in joules for its distance from its guide time.
 *
 * <p>A partial plan has options (frequencies) only for the first arcs of the event network. Its
 * events may be much too early or too late for the rest of the iteration. The reduced cost of the
 * partial plan (energy above the minimum) does not show whether its events are too early or too
 * late. If an event is too early or too late, later operations must make up for the difference. To
 * make up for a difference in time takes much energy if the later operations have few options. The
 * penalty of an event stands for the energy that later operations need because the event is too
 * early or too late. The search counts the penalty of an event until it has visited all arcs that
 * leave the event. The penalty is added to the score of the partial plan, but is not part of its
 * reduced cost.
 */
final class GuideTimes {
  /**
   * Guide time of each event (to which the event should stay close), in ticks (integer units of
   * time).
   */
  private final long[] times;

  /** Penalty of each event in joules for each tick of distance from its guide time. */
  private final double[] joulesPerTick;

  /** Maximum delay of an event after its guide time, in ticks (integer units of time). */
  private final long maxDelay;

  GuideTimes(long[] times, double[] joulesPerTick, long maxDelay) {
    this.times = times;
    this.joulesPerTick = joulesPerTick;
    this.maxDelay = maxDelay;
  }

  /**
   * Returns the penalty in joules of an event that happens at {@code time}, in ticks (integer units
   * of time).
   */
  double penalty(int event, long time) {
    return joulesPerTick[event] * Math.abs(time - times[event]);
  }

  /** Returns the latest allowed time of an event, in ticks (integer units of time). */
  long latest(int event) {
    return times[event] + maxDelay;
  }
}
