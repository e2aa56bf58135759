package perseus.attribution.sensor;

import perseus.recording.log.RankRecording;

/**
 * Holds the parameters that describe how an energy counter measures power: its lag (delay), its
 * averaging and its update period.
 *
 * <p>Suppose that an update of the counter is noticed at time t, and the update before it at time
 * s. Let L be the lag of the energy counter in seconds. Let a be the averaged share, which is the
 * fraction of an update interval over which the counter averages the power. With lag L and averaged
 * share a, an update at time t that follows an update at time s measures the mean power between
 * {@code t - L - a (t - s)} and {@code t - L}. The counter rises by the product of the measured
 * mean power and the length {@code t - s} of the update interval. If the averaged share is 1 and
 * the lag is L, an update at time t that follows an update at time s adds exactly the energy that
 * was used between {@code s - L} and {@code t - L}.
 *
 * @param lagSeconds time in seconds between the use of energy and the reading that contains this
 *     energy; it may be negative if the instruction log and the energy log were recorded with
 *     different clocks
 * @param share averaged share: fraction of an update interval over which the counter averages the
 *     power, in (0, 1]
 * @param regular whether the counter has a constant update period. If the period is constant,
 *     irregular times in an energy log only show that some updates were noticed later than others.
 * @param reversedErrorShare fraction r, in [0, 1), of the error of a counter update that the next
 *     update contains with the opposite sign. For example, a reading that was noticed late adds
 *     energy to one update and takes the same energy from the next update. So update i has the
 *     error e_i - r e_(i-1), where all e_i are independent. These errors are a moving-average
 *     process of order 1.
 */
public record Sensor(double lagSeconds, double share, boolean regular, double reversedErrorShare) {

  /**
   * Creates a sensor whose updates have independent errors, so the share of reversed errors is 0.
   */
  public Sensor(double lagSeconds, double share, boolean regular) {
    this(lagSeconds, share, regular, 0);
  }

  /** Returns a copy of this sensor with another lag, in seconds. */
  public Sensor withLag(double seconds) {
    return new Sensor(seconds, share, regular, reversedErrorShare);
  }

  /** Returns a copy of this sensor with another share of reversed errors, in [0, 1). */
  public Sensor withReversedErrorShare(double reversed) {
    return new Sensor(lagSeconds, share, regular, reversed);
  }

  /**
   * Returns the recording with the best known times of the counter's updates. If the sensor is
   * regular, {@link RegularTicks} estimates the times of the updates. If the sensor is not regular,
   * the times at which the updates were noticed are the best known times, so the recording is
   * returned without a change.
   */
  public RankRecording apply(RankRecording rank) {
    return regular ? RegularTicks.of(rank) : rank;
  }
}
