package perseus.attribution.sensor;

/**
 * Corrects the times of power samples that the driver of a GPU stamped late.
 *
 * <p>Problem: a driver takes power samples with a constant period, but stamps some of them late. On
 * an H200 that is not very busy, about one sample in five is stamped up to 10 ms late. The sample
 * after a late sample is on time, so the recorded time between the two samples is shorter than the
 * period.
 *
 * <p>Method: if a sample is less than 0.95 sampling periods before the next one, it is moved to an
 * earlier time.
 *
 * <p>Complexity: O(n) time for n power samples. Limits: a late sample is not corrected if the next
 * sample was lost.
 *
 * <p>Source: this project's own method, from recordings of H200 GPUs in November 2026.
 */
final class SampleTimes {
  /**
   * Minimum time between two power samples, as a fraction of the median time between samples. A
   * fraction below 1 prevents small errors of the times from adding up over many samples.
   */
  private static final double LEAST_PERIOD = 0.95;

  private SampleTimes() {}

  /**
   * Returns the corrected times of power samples in seconds.
   *
   * @param stamps recorded times of the power samples in seconds, strictly increasing
   * @param periodSeconds median time between two samples in seconds
   */
  static double[] of(double[] stamps, double periodSeconds) {
    double[] times = stamps.clone();
    for (int i = times.length - 2; i >= 0; i--) {
      times[i] = Math.min(times[i], times[i + 1] - LEAST_PERIOD * periodSeconds);
    }
    return times;
  }
}
