package perseus.planner.beam;

/**
 * The times that beginnings of plans are to keep to. A beginning that is late or early, or late
 * here and early there, may have cost nothing yet and look as good as any; but it has to come back,
 * and with options between which there is little to choose that is dear. So it is charged for going
 * astray, as long as the events are in the cut: by a share of the price of their time.
 */
final class GuideTimes {
  /** The time of each event, in ticks. */
  private final long[] times;

  /** Joules that it is charged for each tick that an event is off. */
  private final double[] joulesPerTick;

  /** Ticks later than its time that an event may be at the most. */
  private final long late;

  GuideTimes(long[] times, double[] joulesPerTick, long late) {
    this.times = times;
    this.joulesPerTick = joulesPerTick;
    this.late = late;
  }

  /** What an event at a time is charged, in joules. */
  double astray(int event, long time) {
    return joulesPerTick[event] * Math.abs(time - times[event]);
  }

  /** The latest that an event may be, in ticks. */
  long latest(int event) {
    return times[event] + late;
  }
}
