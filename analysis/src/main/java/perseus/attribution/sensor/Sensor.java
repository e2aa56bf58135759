package perseus.attribution.sensor;

import perseus.recording.log.RankRecording;

/**
 * How an energy counter measures power.
 *
 * <p>Let an update of the counter be noticed at time t, and the update before it at time s. With a
 * lag L and an averaged share a, the update reports the mean power between t - L - a (t - s) and t
 * - L, multiplied by t - s. For a = 1 this is the energy used between s - L and t - L.
 *
 * @param lagSeconds time from the use of energy to the reading that contains it, in seconds;
 *     negative where the clocks of the two logs differ
 * @param share share of an interval that the counter averages, in (0, 1]
 * @param regular whether the counter is updated with a constant period, so that irregular times in
 *     a log show only how late each update was noticed
 * @param reversedErrorShare share of an update's error that the next update reverses, in [0, 1): a
 *     reading that was noticed late adds to one update the energy that it takes from the next. The
 *     errors of consecutive updates are then e_i - reversedErrorShare e_(i-1) with independent e_i,
 *     a moving-average process of order 1
 */
public record Sensor(double lagSeconds, double share, boolean regular, double reversedErrorShare) {

  /** Creates a sensor whose updates have independent errors. */
  public Sensor(double lagSeconds, double share, boolean regular) {
    this(lagSeconds, share, regular, 0);
  }

  /** Returns this sensor with another lag, in seconds. */
  public Sensor withLag(double seconds) {
    return new Sensor(seconds, share, regular, reversedErrorShare);
  }

  /** Returns this sensor with another share of reversed errors, in [0, 1). */
  public Sensor withReversedErrorShare(double reversed) {
    return new Sensor(lagSeconds, share, regular, reversed);
  }

  /**
   * Returns the recording with the times at which this sensor updated the counter, instead of the
   * times at which the updates were noticed. The two are equal unless the sensor is regular.
   */
  public RankRecording apply(RankRecording rank) {
    return regular ? RegularTicks.of(rank) : rank;
  }
}
