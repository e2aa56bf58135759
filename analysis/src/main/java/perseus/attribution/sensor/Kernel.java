package perseus.attribution.sensor;

/**
 * Describes how a power sensor delays and smooths the power of a GPU.
 *
 * <p>A sensor smooths power with a low-pass, with a running average, or not at all. Some counters
 * average the smoothed power only over the last part of each update.
 *
 * <pre>
 *   P(u)  power of the GPU at time u (W)
 *   Q(u)  smoothed power at time u (W):
 *           low-pass         T dQ/du = P - Q   (T time constant; 0 for none)
 *           running average  mean of P from u - W to u   (W width; 0 for none)
 *   power sample at time t  = Q(t - L)   (L lag)
 *   counter update from s to t = (t - s) times the mean of Q
 *           from t - L - a (t - s) to t - L   (a averaged fraction)
 * </pre>
 *
 * @param lagSeconds lag L in seconds; negative lags occur if the instructions were recorded with
 *     another clock than the power
 * @param share fraction a of an update that the counter averages, in (0, 1]; 1 for power samples
 * @param lowPassSeconds time constant T of the low-pass in seconds, at least 0
 * @param averageSeconds width W of the running average in seconds, at least 0
 */
public record Kernel(
    double lagSeconds, double share, double lowPassSeconds, double averageSeconds) {

  public static final Kernel PLAIN = new Kernel(0, 1, 0, 0);

  /**
   * Number of time constants after which 99 percent of a step of the power is visible behind a
   * low-pass.
   */
  private static final double FORGETTING_TIME_CONSTANTS = 4.6;

  /**
   * Returns the smoothing of a counter without lag that averages only a fraction of each update, in
   * (0, 1].
   */
  public static Kernel ofShare(double share) {
    return new Kernel(0, share, 0, 0);
  }

  /** Returns the smoothing by a low-pass without lag, with a time constant in seconds. */
  public static Kernel lowPass(double seconds) {
    return new Kernel(0, 1, seconds, 0);
  }

  /** Returns the smoothing by a running average without lag, over a time in seconds. */
  public static Kernel average(double seconds) {
    return new Kernel(0, 1, 0, seconds);
  }

  /** Returns a copy with another lag, in seconds. */
  public Kernel withLag(double seconds) {
    return new Kernel(seconds, share, lowPassSeconds, averageSeconds);
  }

  /**
   * Returns the time in seconds after which a past power changes a sensor reading by at most 1
   * percent.
   */
  public double memorySeconds() {
    return averageSeconds + FORGETTING_TIME_CONSTANTS * lowPassSeconds;
  }

  /**
   * Returns the mean delay of sensor readings in seconds, which is the lag plus the delay by
   * smoothing.
   */
  public double meanDelaySeconds() {
    return lagSeconds + lowPassSeconds + averageSeconds / 2;
  }

  /**
   * Returns the factor that increases the standard errors of energies if the sensor smooths over a
   * long time. The factor of the standard errors is 1 for smoothing over at most 0.1 s, and grows
   * by 1 for each further 0.4 s. Source of the error factor: simulated recordings with low-passes
   * of 0.05 to 0.1 s and running averages of 0.2 to 0.4 s.
   */
  public double errorFactor() {
    return 1 + Math.max(0, memorySeconds() - 0.1) / 0.4;
  }
}
