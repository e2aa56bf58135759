package perseus.attribution.sensor;

/**
 * Corrects the times of power samples that the driver of a GPU stamped late.
 *
 * <p>Problem: a driver takes samples with a constant period, but stamps some of them late. On an
 * H200 that is not very busy, about one sample in five is stamped up to 10 ms late. The next sample
 * is on time, so the time between the two is shorter than the period.
 *
 * <p>Method: a sample was taken at least one period before the next sample. So the corrected time
 * of a sample is the smaller of its stamp and the corrected time of the next sample minus 95
 * percent of the period.
 *
 * <p>Complexity: O(n) time for n samples. Limits: a late stamp before a lost sample is not found.
 *
 * <p>Source: this project's own method, from recordings of H200 GPUs in November 2026.
 */
final class SampleTimes {
  /**
   * Least time between two samples, as a fraction of the median time. It is below 1, so that small
   * errors of the times do not add up over many samples.
   */
  private static final double LEAST_PERIOD = 0.95;

  private SampleTimes() {}

  /**
   * Returns the corrected times of samples.
   *
   * @param stamps times in seconds that the driver gave the samples, strictly increasing
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
