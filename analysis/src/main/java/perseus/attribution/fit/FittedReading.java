package perseus.attribution.fit;

/** Receives the measured and the fitted power of readings, one reading in each call. */
@FunctionalInterface
public interface FittedReading {
  /**
   * Receives one counter update or power sample. The lag of the sensor is subtracted from {@code
   * start} and {@code end}.
   *
   * @param start Unix time in seconds at which the GPU began to use the energy of the reading
   * @param end Unix time in seconds at which the GPU had used all energy of the reading
   * @param measuredWatts mean power that was measured, in watts
   * @param fittedWatts mean power that the fitted powers predict, in watts
   */
  void accept(double start, double end, double measuredWatts, double fittedWatts);
}
