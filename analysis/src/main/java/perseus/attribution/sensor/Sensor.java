package perseus.attribution.sensor;

import perseus.recording.log.RankRecording;

/**
 * Holds the parameters that describe how a GPU model measures power: the kernel of its energy
 * counter, the kernel of its power samples, and the errors of the counter's updates.
 *
 * @param counter kernel of the energy counter
 * @param samples kernel of the power samples; null if no power samples were recorded
 * @param regular whether the counter has a constant update period. If the period is constant,
 *     irregular times in an energy log only show that some updates were noticed later than others.
 * @param stamps what is wrong with the recorded times of power samples
 * @param reversedErrorShare fraction r, in [0, 1): if a counter update has an error, the next
 *     update has r times this error with the opposite sign. For example, a reading that was noticed
 *     late adds energy to one update and takes the same energy from the next update. So update i
 *     has the error e_i - r e_(i-1), where all e_i are independent. These errors are a
 *     moving-average process of order 1.
 */
public record Sensor(
    Kernel counter,
    Kernel samples,
    boolean regular,
    SampleStamps stamps,
    double reversedErrorShare) {

  /**
   * Creates a sensor of a counter that smooths no power, whose updates have independent errors.
   *
   * @param lagSeconds lag of the counter in seconds
   * @param share averaged share of an update, in (0, 1]
   */
  public Sensor(double lagSeconds, double share, boolean regular) {
    this(lagSeconds, share, regular, 0);
  }

  /** Creates a sensor of a counter that smooths no power. */
  public Sensor(double lagSeconds, double share, boolean regular, double reversedErrorShare) {
    this(
        new Kernel(lagSeconds, share, 0, 0), null, regular, SampleStamps.RIGHT, reversedErrorShare);
  }

  /** Returns the lag of the energy counter in seconds. */
  public double lagSeconds() {
    return counter.lagSeconds();
  }

  /** Returns the kernel of the readings that say most: the power samples, else the counter. */
  public Kernel finest() {
    return samples == null ? counter : samples;
  }

  /** Returns a copy of this sensor with another kernel of the counter. */
  public Sensor withCounter(Kernel kernel) {
    return new Sensor(kernel, samples, regular, stamps, reversedErrorShare);
  }

  /** Returns a copy of this sensor with another kernel of the power samples. */
  public Sensor withSamples(Kernel kernel) {
    return new Sensor(counter, kernel, regular, stamps, reversedErrorShare);
  }

  /** Returns a copy of this sensor with another share of reversed errors, in [0, 1). */
  public Sensor withReversedErrorShare(double reversed) {
    return new Sensor(counter, samples, regular, stamps, reversed);
  }

  /** Returns a copy of this sensor with or without a constant update period of the counter. */
  public Sensor withRegular(boolean isRegular) {
    return new Sensor(counter, samples, isRegular, stamps, reversedErrorShare);
  }

  /** Returns a copy of this sensor with another fault of the recorded times of power samples. */
  public Sensor withStamps(SampleStamps others) {
    return new Sensor(counter, samples, regular, others, reversedErrorShare);
  }

  /**
   * Returns the recording with the best known times of the readings. If the counter is regular,
   * {@link RegularTicks} estimates the times of its updates. {@link SampleStamps} corrects the
   * times of power samples, or leaves samples out. Otherwise the recorded times are the best known
   * times.
   */
  public RankRecording apply(RankRecording rank) {
    RankRecording ticks = regular ? RegularTicks.of(rank) : rank;
    return stamps.apply(ticks);
  }
}
