package perseus.chart;

import java.util.stream.DoubleStream;

/**
 * An axis of a plot.
 *
 * @param title what it shows, with the unit; empty for none
 * @param min value at its start
 * @param max value at its end
 */
record Axis(String title, double min, double max) {

  /** An axis over {@code values} with {@code margin} of their span left free at both ends. */
  static Axis over(String title, DoubleStream values, double margin) {
    double[] sorted = values.sorted().toArray();
    double low = sorted[0];
    double high = sorted[sorted.length - 1];
    double span = high - low;
    if (span <= Math.abs(high) * 1e-9) {
      // One value only: XChart draws no axis of no length.
      span = high == 0 ? 1 : Math.abs(high) * 0.1;
    }
    return new Axis(title, low - margin * span, high + margin * span);
  }

  /** Number format of the tick labels: as many decimals as ten ticks need. */
  String pattern() {
    int decimals = (int) Math.max(0, Math.ceil(1 - Math.log10(max - min)));
    return decimals == 0 ? "#,##0" : "#,##0." + "0".repeat(Math.min(decimals, 9));
  }
}
