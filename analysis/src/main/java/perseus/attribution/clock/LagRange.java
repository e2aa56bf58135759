package perseus.attribution.clock;

/** Defines which lags of sensors are usual. Other lags mean that host clocks differ. */
public final class LagRange {
  /**
   * Minimum usual lag in seconds. The lag of a sensor is negative if instructions and energy were
   * recorded with different clocks, or if instructions were recorded late.
   */
  public static final double MIN_SECONDS = -0.02;

  /** Maximum usual lag in seconds. */
  public static final double MAX_SECONDS = 0.18;

  /** Typical lag of a sensor in seconds. */
  static final double TYPICAL_SECONDS = 0.03;

  /** Maximum absolute difference between host clocks that is found, in seconds. */
  static final double MAX_DIFFERENCE_SECONDS = 5;

  private LagRange() {}

  static boolean contains(double lagSeconds) {
    return lagSeconds > MIN_SECONDS && lagSeconds < MAX_SECONDS;
  }
}
