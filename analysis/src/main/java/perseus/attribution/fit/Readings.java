package perseus.attribution.fit;

import perseus.attribution.sensor.Sensor;

/**
 * Holds the readings of one sensor of one rank at one frequency, and computes a least-squares row
 * from each reading.
 *
 * <p>A sensor is an energy counter ({@link CounterUpdates}) or delivers power samples ({@link
 * SampleReadings}).
 *
 * <pre>
 *   y_i = sum_c p_c x_ic + noise
 *     y_i   energy of reading i (J)
 *     x_ic  seconds of reading i at power p_c
 *     p_c   unknown powers (W), see {@link PowerColumns}
 * </pre>
 */
public interface Readings {
  @FunctionalInterface
  interface Row {
    /**
     * Receives the least-squares row of one reading.
     *
     * @param i index of the reading, from 0
     * @param seconds time in seconds at each unknown power during the reading. The next call reuses
     *     the array {@code seconds}.
     * @param joules energy of the reading in joules
     */
    void accept(int i, double[] seconds, double joules);
  }

  @FunctionalInterface
  interface Fitted {
    /**
     * Receives the measured and the fitted power of one counter update or power sample. The lag of
     * the sensor is already subtracted from {@code start} and {@code end}.
     *
     * @param start Unix time in seconds at which the GPU began to use the measured energy
     * @param end Unix time in seconds at which the GPU had used all of the measured energy
     * @param measuredWatts measured mean power in watts
     * @param fittedWatts mean power in watts that the fitted powers predict
     */
    void accept(double start, double end, double measuredWatts, double fittedWatts);
  }

  /** Returns the number of readings. */
  int size();

  /** Returns the Unix time in seconds at which the sensor was read. */
  double end(int i);

  /**
   * Returns the readings from index {@code from} (inclusive) to index {@code to} (exclusive). If
   * {@code to} exceeds the number of readings, all readings from {@code from} on are returned.
   */
  Readings slice(int from, int to);

  /**
   * Computes the least-squares rows of the readings, and passes each row to {@code row} in order of
   * time.
   */
  void forEachMeasuredRow(PowerColumns columns, Sensor sensor, Row row);

  /**
   * Computes least-squares rows with independent errors, and passes each row to {@code row} in
   * order of time. Whitening is a linear transformation that makes the errors of different rows
   * independent.
   */
  void forEachWhitenedRow(PowerColumns columns, Sensor sensor, Row row);
}
