package perseus.attribution.fit;

import perseus.attribution.sensor.Sensor;

/**
 * Holds the readings of one sensor of one rank at one frequency, and computes one row of the
 * least-squares problem from each reading. There are two implementations: the updates of an energy
 * counter ({@link CounterUpdates}) and power samples ({@link SampleReadings}).
 *
 * <p>Row i consists of the times x_ic and the energy y_i. A column c of {@link PowerColumns} stands
 * for blocking (waiting) or for one part of a kind of instruction. If p_c is the power of column c
 * in watts, then y_i = sum_c p_c x_ic, up to noise.
 */
public interface Readings {
  /** Receives the rows of the least-squares problem, one row in each call. */
  @FunctionalInterface
  interface Row {
    /**
     * Receives the row of one reading.
     *
     * @param i index of the reading, from 0
     * @param seconds for each column (blocking or one instruction part), how many seconds of the
     *     reading belong to it. The next call reuses the array.
     * @param joules energy of the reading in joules
     */
    void accept(int i, double[] seconds, double joules);
  }

  /**
   * Receives the measured and the fitted power of a reading; it is called once for each reading.
   */
  @FunctionalInterface
  interface Fitted {
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

  /** Returns the number of readings. */
  int size();

  /** Returns the Unix time in seconds at which the sensor was read. */
  double end(int i);

  /**
   * Returns the readings with the indices from {@code from} to {@code to}, without {@code to}
   * itself. Returns fewer readings if {@code to} exceeds their number.
   */
  Readings slice(int from, int to);

  /**
   * Computes the rows of the readings as they were measured, and passes each row to {@code row}, in
   * order of time.
   */
  void forEachMeasuredRow(PowerColumns columns, Sensor sensor, Row row);

  /**
   * Computes the rows of the readings, whitens them, and passes each row to {@code row}, in order
   * of time. Whitening is a linear transformation after which the errors of different rows are
   * independent.
   */
  void forEachWhitenedRow(PowerColumns columns, Sensor sensor, Row row);
}
