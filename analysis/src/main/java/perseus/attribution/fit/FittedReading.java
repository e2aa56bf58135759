package perseus.attribution.fit;

/** Receives what a sensor measured and what fitted powers predict, one reading in each call. */
@FunctionalInterface
public interface FittedReading {
  /**
   * Receives one reading. The lag of the sensor is subtracted from {@code start} and {@code end}.
   *
   * @param start Unix time in seconds at which the GPU began to use the energy of the reading; for
   *     a power sample, the same as {@code end}
   * @param end Unix time in seconds at which the GPU had used all energy of the reading
   * @param measuredWatts mean power that was measured, in watts
   * @param fittedWatts mean power that the fitted powers predict, in watts
   */
  void accept(double start, double end, double measuredWatts, double fittedWatts);
}
