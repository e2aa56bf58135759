package perseus.chart.figure;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Describes one axis of a plot: the title of the axis and its range of values.
 *
 * @param title quantity and unit of the axis, such as "time (s)"; empty for no title
 * @param min value at the start of the axis
 * @param max value at the end of the axis
 */
public record Axis(String title, double min, double max) {

  /**
   * Returns an axis that covers {@code values} and has a margin at both ends.
   *
   * @param values values that the axis covers; at least one value
   * @param margin width of each margin, as a fraction of the difference between the largest and the
   *     smallest value
   */
  public static Axis over(String title, DoubleStream values, double margin) {
    double[] sorted = values.sorted().toArray();
    double low = sorted[0];
    double high = sorted[sorted.length - 1];
    double span = high - low;
    if (span <= Math.abs(high) * 1e-9) {
      // XChart cannot draw an axis if its minimum equals its maximum.
      span = high == 0 ? 1 : Math.abs(high) * 0.1;
    }
    return new Axis(title, low - margin * span, high + margin * span);
  }

  /**
   * Returns an axis from {@code min} to {@code max} that can have a tick label at each end.
   *
   * <p>XChart does not draw tick labels exactly at the ends of an axis. Therefore, the method
   * extends the axis at each end by a millionth of its length.
   */
  public static Axis between(String title, double min, double max) {
    double extension = (max - min) * 1e-6;
    return new Axis(title, min - extension, max + extension);
  }

  /**
   * Returns the distance between two neighbouring ticks (labelled values) of the axis. The distance
   * is the smallest round number with which the axis has at most {@code maxTicks} ticks. A round
   * number is a power of ten, or a power of ten multiplied by 2 or 5.
   */
  public double tickStep(double maxTicks) {
    double minStep = (max - min) / maxTicks;
    double power = Math.pow(10, Math.floor(Math.log10(minStep)));
    double significand = minStep / power;
    return power * (significand <= 1 ? 1 : significand <= 2 ? 2 : significand <= 5 ? 5 : 10);
  }

  /**
   * Returns the values of the axis that get a tick label, in rising order. All values with a tick
   * label are round numbers. The axis has at most about {@code maxTicks} values with a tick label.
   */
  public List<Double> ticks(int maxTicks) {
    double step = tickStep(maxTicks);
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /**
   * Returns all labels that ticks of the axis can have. The library XChart does not tell which
   * distance between ticks it chose. The method returns the labels for all tick distances that
   * XChart can choose. The labels for the likeliest distance come first.
   *
   * @param pattern number format of the labels
   * @param ticks number of ticks that fit on the axis
   */
  Set<String> possibleLabels(String pattern, double ticks) {
    DecimalFormat format =
        new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT));
    Set<String> labels = new LinkedHashSet<>();
    double likely = (max - min) / ticks;
    double power = Math.pow(10, Math.floor(Math.log10(likely)) - 1);
    List<Double> sizes =
        Stream.of(1, 2, 5, 10, 20, 50, 100, 200)
            .map(step -> step * power)
            .sorted(Comparator.comparingDouble(size -> Math.abs(Math.log(size / likely))))
            .toList();
    for (double size : sizes) {
      if ((max - min) / size <= 3 * ticks) {
        for (long i = (long) Math.floor(min / size); i * size <= max + size; i++) {
          labels.add(format.format(i * size));
        }
      }
    }
    return labels;
  }

  /**
   * Returns the number format of the tick labels of an axis. The argument {@code step} is the
   * difference between two neighbouring labelled values.
   */
  public static String pattern(double step) {
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return decimals == 0 ? "#,##0" : "#,##0." + "0".repeat(Math.min(decimals, 9));
  }
}
