package perseus.recording.log;

import java.nio.file.Path;

/**
 * Holds the power samples of one rank's GPU, which the driver of the GPU took every few
 * milliseconds.
 *
 * @param file file from which the samples were read; null if no samples were recorded
 * @param times Unix time of each sample in seconds, strictly increasing
 * @param watts power in each sample, in watts
 * @param periodSeconds median time in seconds between two consecutive samples; NaN if there are
 *     fewer than two samples
 */
public record PowerSamples(Path file, double[] times, double[] watts, double periodSeconds) {
  /** Samples of a rank without recorded power samples. */
  public static final PowerSamples NONE =
      new PowerSamples(null, new double[0], new double[0], Double.NaN);

  /** Returns a copy with other samples of the same sensor. */
  public PowerSamples with(double[] otherTimes, double[] otherWatts) {
    return new PowerSamples(file, otherTimes, otherWatts, periodSeconds);
  }

  /** Returns the number of samples. */
  public int size() {
    return times.length;
  }

  /** Returns whether there are no samples. */
  public boolean isEmpty() {
    return times.length == 0;
  }
}
