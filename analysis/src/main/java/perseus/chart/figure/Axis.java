package perseus.chart.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * An axis of a plot.
 *
 * @param title what it shows, with the unit; empty for none
 * @param min value at its start
 * @param max value at its end
 */
public record Axis(String title, double min, double max) {

  /** An axis over {@code values} with {@code margin} of their span left free at both ends. */
  public static Axis over(String title, DoubleStream values, double margin) {
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

  /**
   * An axis from {@code min} to {@code max} that also labels its ends, where XChart leaves out a
   * label: it is longer by what nobody sees.
   */
  public static Axis between(String title, double min, double max) {
    double little = (max - min) * 1e-6;
    return new Axis(title, min - little, max + little);
  }

  /** The distance of ticks, a round number, of which at most {@code most} fit on the axis. */
  double tickStep(double most) {
    double least = (max - min) / most;
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    double significand = least / power;
    return power * (significand <= 1 ? 1 : significand <= 2 ? 2 : significand <= 5 ? 5 : 10);
  }

  /** Round values within the axis, at most about {@code most}. */
  List<Double> ticks(int most) {
    double step = tickStep(most);
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** Number format of tick labels {@code step} apart. */
  static String pattern(double step) {
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return decimals == 0 ? "#,##0" : "#,##0." + "0".repeat(Math.min(decimals, 9));
  }
}
