package perseus.attribution.sensor;

/**
 * Describes which power one reading of a sensor contains: the power of which time span before the
 * reading, and with which weights.
 *
 * <p>Let P(u) be the power of the GPU at time u. The sensor first smooths P in one of two ways:
 *
 * <ul>
 *   <li>A low-pass with the time constant T gives Q, where T dQ/du = P - Q.
 *   <li>A running average over W seconds gives Q(u), the mean of P from u - W to u.
 * </ul>
 *
 * <p>With T = 0 and W = 0, the smoothed power Q equals P. A power sample at time t contains Q(t -
 * L), where L is the lag. An update of an energy counter from time s to time t contains the
 * integral of Q from s - L to t - L. Some counters average only over the last part of an update:
 * with the averaged share a, an update contains the mean of Q from t - L - a (t - s) to t - L,
 * multiplied by t - s.
 *
 * @param lagSeconds lag L in seconds; it may be negative if instructions and power were recorded
 *     with different clocks
 * @param share averaged share a of an update, in (0, 1]; it is 1 for power samples
 * @param lowPassSeconds time constant T of the low-pass in seconds, at least 0
 * @param averageSeconds width W of the running average in seconds, at least 0
 */
public record Kernel(
    double lagSeconds, double share, double lowPassSeconds, double averageSeconds) {

  /** Kernel of a sensor without lag that does not smooth power. */
  public static final Kernel PLAIN = new Kernel(0, 1, 0, 0);

  /**
   * Number of time constants after which a low-pass has forgotten an earlier power, except for 1
   * percent of it.
   */
  private static final double FORGETTING_TIME_CONSTANTS = 4.6;

  /** Returns the kernel without lag of a counter that averages a share of each update. */
  public static Kernel ofShare(double share) {
    return new Kernel(0, share, 0, 0);
  }

  /** Returns the kernel without lag of a low-pass with a time constant in seconds. */
  public static Kernel lowPass(double seconds) {
    return new Kernel(0, 1, seconds, 0);
  }

  /** Returns the kernel without lag of a running average over a time in seconds. */
  public static Kernel average(double seconds) {
    return new Kernel(0, 1, 0, seconds);
  }

  /** Returns a copy of this kernel with another lag, in seconds. */
  public Kernel withLag(double seconds) {
    return new Kernel(seconds, share, lowPassSeconds, averageSeconds);
  }

  /**
   * Returns for how many seconds the smoothed power depends on an earlier power. A low-pass forgets
   * 99 percent of an earlier power in this time.
   */
  public double memorySeconds() {
    return averageSeconds + FORGETTING_TIME_CONSTANTS * lowPassSeconds;
  }

  /** Returns the mean time in seconds by which readings are late: lag and smoothing together. */
  public double meanDelaySeconds() {
    return lagSeconds + lowPassSeconds + averageSeconds / 2;
  }

  /**
   * Returns the factor by which standard errors of energies are multiplied, because a kernel with a
   * long memory is undone with less certainty than the noise of the readings shows. It is 1 up to a
   * memory of 0.1 s, and grows by 1 for each further 0.4 s. Source: simulated recordings with
   * low-passes of 0.05 to 0.1 s and running averages of 0.2 to 0.4 s.
   */
  public double errorFactor() {
    return 1 + Math.max(0, memorySeconds() - 0.1) / 0.4;
  }
}
