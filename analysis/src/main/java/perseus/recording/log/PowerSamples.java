package perseus.recording.log;

import java.nio.file.Path;

/**
 * Holds the power samples of one rank's GPU, which the GPU driver took every few milliseconds.
 *
 * @param file file from which the samples were read; null if no samples were recorded
 * @param times Unix time of each sample in seconds, strictly increasing
 * @param watts power in each sample, in watts
 * @param periodSeconds median time in seconds between two consecutive samples; NaN if there are
 *     fewer than two samples
 * @param quantumSeconds time quantum in seconds, such as 0.01 if all times are multiples of 10 ms;
 *     0 if the times are precise
 * @param doubtful further power samples with uncertain times; null for none
 */
public record PowerSamples(
    Path file,
    double[] times,
    double[] watts,
    double periodSeconds,
    double quantumSeconds,
    PowerSamples doubtful) {
  /** Creates power samples with precise times. */
  public PowerSamples(Path file, double[] times, double[] watts, double periodSeconds) {
    this(file, times, watts, periodSeconds, 0, null);
  }

  /** Value for a rank without recorded power samples. */
  public static final PowerSamples NONE =
      new PowerSamples(null, new double[0], new double[0], Double.NaN);

  /** Returns a copy with other power samples, and without samples that have uncertain times. */
  public PowerSamples with(double[] otherTimes, double[] otherWatts) {
    return new PowerSamples(file, otherTimes, otherWatts, periodSeconds, quantumSeconds, null);
  }

  /** Returns a copy with further power samples that have uncertain times. */
  public PowerSamples withDoubtful(PowerSamples further) {
    return new PowerSamples(file, times, watts, periodSeconds, quantumSeconds, further);
  }

  /** Returns a copy whose times were recorded as multiples of a time quantum in seconds. */
  public PowerSamples withQuantum(double seconds) {
    return new PowerSamples(file, times, watts, periodSeconds, seconds, doubtful);
  }

  /** Returns the number of power samples. Samples with uncertain times are not counted. */
  public int size() {
    return times.length;
  }

  /** Returns whether there are no samples. */
  public boolean isEmpty() {
    return times.length == 0;
  }
}
