package perseus.attribution.fit;

import java.lang.ref.SoftReference;
import java.util.function.Consumer;
import java.util.function.IntToDoubleFunction;
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

  /**
   * Keeps the rows of the first readings, because several computations need the same rows. The rows
   * are kept for only one set of columns and one smoothing, those of the first request. If memory
   * gets short, the kept rows are dropped, and computed again. Readings without an object {@code
   * Kept} compute their rows for each request.
   */
  final class Kept {
    /** Maximum number of kept times, which take 1 MiB of memory. */
    private static final int MAX_TIMES = 1 << 17;

    private PowerColumns columns;
    private Object smoothing;
    private SoftReference<double[]> times = new SoftReference<>(null);
    private int rows;

    /**
     * Passes the rows of the first {@code size} readings to {@code row}.
     *
     * @param kept rows that were computed before; null if no rows are kept
     * @param smoothing lag and smoothing for which {@code compute} computes the rows
     * @param joules returns the energy of a reading in joules
     * @param compute function that computes the rows and passes each row to its argument
     */
    static void forEachRow(
        Kept kept,
        int size,
        PowerColumns columns,
        Object smoothing,
        IntToDoubleFunction joules,
        Consumer<Row> compute,
        Row row) {
      double[] times = kept == null ? null : kept.times.get();
      if (kept != null && kept.columns == null) {
        kept.keep(size, columns, smoothing, compute, row);
      } else if (times == null
          || size > kept.rows
          || kept.columns != columns
          || !smoothing.equals(kept.smoothing)) {
        compute.accept(row);
      } else {
        double[] seconds = new double[columns.size()];
        for (int i = 0; i < size; i++) {
          System.arraycopy(times, i * seconds.length, seconds, 0, seconds.length);
          row.accept(i, seconds, joules.applyAsDouble(i));
        }
      }
    }

    private void keep(
        int size, PowerColumns columns, Object smoothing, Consumer<Row> compute, Row row) {
      int width = columns.size();
      int first = Math.min(size, MAX_TIMES / width);
      double[] kept = new double[first * width];
      compute.accept(
          (i, seconds, joules) -> {
            if (i < first) {
              System.arraycopy(seconds, 0, kept, i * width, width);
            }
            row.accept(i, seconds, joules);
          });
      this.columns = columns;
      this.smoothing = smoothing;
      times = new SoftReference<>(kept);
      rows = first;
    }
  }
}
