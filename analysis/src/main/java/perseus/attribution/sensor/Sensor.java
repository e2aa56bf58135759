package perseus.attribution.sensor;

import java.util.List;
import perseus.recording.log.RankRecording;

/**
 * Holds the parameters of a GPU model's power sensor: lag and smoothing of its energy counter and
 * power samples, and errors of counter updates.
 *
 * @param counter lag and smoothing of the energy counter
 * @param samples lag and smoothing of the power samples; null if no power samples were recorded
 * @param regular whether the counter has a constant update period
 * @param stamps error of the recorded times of power samples
 * @param reversedErrorShare fraction r, in [0, 1), of a counter update's error that the next update
 *     repeats with the opposite sign. A counter update that is noticed late contains energy that
 *     the next update lacks. The errors of the counter updates are a moving-average process of
 *     order 1.
 * @param tickStderrSeconds standard error in seconds of the estimated times of a regular counter's
 *     updates ({@link RegularTicks}); 0 if the counter is not regular
 */
public record Sensor(
    Kernel counter,
    Kernel samples,
    boolean regular,
    SampleStamps stamps,
    double reversedErrorShare,
    double tickStderrSeconds) {

  /** Creates a sensor whose counter updates have exact times. */
  public Sensor(
      Kernel counter,
      Kernel samples,
      boolean regular,
      SampleStamps stamps,
      double reversedErrorShare) {
    this(counter, samples, regular, stamps, reversedErrorShare, 0);
  }

  /**
   * Creates a sensor whose counter does not smooth power and whose counter updates have independent
   * errors.
   *
   * @param lagSeconds lag of the counter in seconds
   * @param share fraction of each counter update over which the counter averages, in (0, 1]
   */
  public Sensor(double lagSeconds, double share, boolean regular) {
    this(lagSeconds, share, regular, 0);
  }

  /** Creates a sensor whose counter does not smooth power. */
  public Sensor(double lagSeconds, double share, boolean regular, double reversedErrorShare) {
    this(
        new Kernel(lagSeconds, share, 0, 0), null, regular, SampleStamps.RIGHT, reversedErrorShare);
  }

  /** Returns the lag of the energy counter in seconds. */
  public double lagSeconds() {
    return counter.lagSeconds();
  }

  /**
   * Returns lag and smoothing of the power samples, or of the energy counter if there are no power
   * samples.
   */
  public Kernel finest() {
    return samples == null ? counter : samples;
  }

  /** Returns a copy of this sensor with another lag and smoothing of the energy counter. */
  public Sensor withCounter(Kernel kernel) {
    return new Sensor(kernel, samples, regular, stamps, reversedErrorShare, tickStderrSeconds);
  }

  /** Returns a copy of this sensor with another lag and smoothing of the power samples. */
  public Sensor withSamples(Kernel kernel) {
    return new Sensor(counter, kernel, regular, stamps, reversedErrorShare, tickStderrSeconds);
  }

  /** Returns a copy of this sensor with another {@code reversedErrorShare}. */
  public Sensor withReversedErrorShare(double reversed) {
    return new Sensor(counter, samples, regular, stamps, reversed, tickStderrSeconds);
  }

  /** Returns a copy of this sensor with or without a constant update period of the counter. */
  public Sensor withRegular(boolean isRegular) {
    return new Sensor(counter, samples, isRegular, stamps, reversedErrorShare, tickStderrSeconds);
  }

  /**
   * Returns a copy of this sensor with the standard error of the times of a regular counter's
   * updates.
   *
   * @param ranks recordings with the times at which the updates were noticed
   */
  public Sensor withTickErrors(List<RankRecording> ranks) {
    double stderr = regular ? RegularTicks.stderr(ranks) : 0;
    return new Sensor(counter, samples, regular, stamps, reversedErrorShare, stderr);
  }

  /** Returns a copy of this sensor with another error of the recorded times of power samples. */
  public Sensor withStamps(SampleStamps others) {
    return new Sensor(counter, samples, regular, others, reversedErrorShare, tickStderrSeconds);
  }

  /**
   * Returns a copy of the recording with corrected times of counter updates and power samples. The
   * class {@link RegularTicks} estimates the times of counter updates if the counter has a constant
   * update period. The class {@link SampleStamps} corrects the times of power samples, or leaves
   * samples out.
   */
  public RankRecording apply(RankRecording rank) {
    RankRecording ticks = regular ? RegularTicks.of(rank) : rank;
    return stamps.apply(ticks);
  }
}
