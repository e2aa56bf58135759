package perseus.chart.figure;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/**
 * Maps numbers to colours, from light colours for low values to dark colours for high values. A
 * black-and-white print therefore also shows which values are higher.
 */
public final class ColorRamp {
  // The colours for power are the palette YlOrRd of ColorBrewer, which people with a common kind of
  // colour blindness can distinguish.
  private static final int[] HEAT = {
    0xFFF3B0, 0xFED976, 0xFEB24C, 0xFD8D3C, 0xFC4E2A, 0xE31A1C, 0xBD0026, 0x800026
  };

  // The colours for frequencies are the palette Viridis without its lightest colours. The lightest
  // colours of Viridis are left out, because small dots in these colours are hard to see on white.
  private static final int[] DEPTH = {
    0xB5DE2B, 0x6ECE58, 0x35B779, 0x1F9E89, 0x26828E, 0x31688E, 0x3E4989, 0x482878, 0x440154
  };

  private final int[] stops;
  private final double min;
  private final double max;

  private ColorRamp(int[] stops, double min, double max) {
    this.stops = stops;
    this.min = min;
    this.max = max;
  }

  /**
   * Returns a colour ramp from yellow at the value {@code min} to dark red at the value {@code
   * max}. Charts use the colour ramp from yellow to dark red for power.
   */
  public static ColorRamp heat(double min, double max) {
    return new ColorRamp(HEAT, min, max > min ? max : min + 1);
  }

  /**
   * Returns a colour ramp from green at the value {@code min} to violet at the value {@code max}.
   * Charts use the colour ramp from green to violet for frequencies.
   */
  public static ColorRamp depth(double min, double max) {
    return new ColorRamp(DEPTH, min, max > min ? max : min + 1);
  }

  public double min() {
    return min;
  }

  public double max() {
    return max;
  }

  /**
   * Returns the colour that this colour ramp gives to a value. A value outside the range of the
   * colour ramp gets the colour of the nearest end of the range.
   */
  public Color at(double value) {
    double position = (value - min) / (max - min) * (stops.length - 1);
    double clamped = Math.max(0, Math.min(stops.length - 1.0, position));
    int index = (int) Math.min(stops.length - 2.0, clamped);
    double part = clamped - index;
    Color low = new Color(stops[index]);
    Color high = new Color(stops[index + 1]);
    return new Color(
        mix(low.getRed(), high.getRed(), part),
        mix(low.getGreen(), high.getGreen(), part),
        mix(low.getBlue(), high.getBlue(), part));
  }

  private static int mix(int low, int high, double part) {
    return (int) Math.round(low + part * (high - low));
  }

  /**
   * Draws a vertical colour bar. The labels beside the bar say which value each colour stands for.
   * The highest value of the colour bar is at the top.
   */
  public void paintBar(Graphics2D g, Rectangle2D bar, String title) {
    int steps = 256;
    double step = bar.getHeight() / steps;
    for (int i = 0; i < steps; i++) {
      g.setColor(at(max - (i + 0.5) / steps * (max - min)));
      // The colour bar is drawn as many thin slices, each in one colour. Neighbouring slices of the
      // colour bar overlap, so that there is no white line between them.
      double y = bar.getY() + i * step;
      g.fill(new Rectangle2D.Double(bar.getX(), y, bar.getWidth(), bar.getMaxY() - y));
    }
    g.setColor(Theme.MUTED);
    g.setStroke(Theme.stroke(0.8));
    Axis axis = new Axis(title, min, max);
    int maxTicks = (int) Math.max(2, bar.getHeight() / 30);
    // The labels of the colour bar have no thousands separator, like all watts and megahertz in the
    // charts.
    String pattern = Axis.pattern(axis.tickStep(maxTicks)).replace("#,##0", "0");
    DecimalFormat format =
        new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT));
    for (double value : axis.ticks(maxTicks)) {
      double y = bar.getMaxY() - bar.getHeight() * (value - min) / (max - min);
      g.draw(new Line2D.Double(bar.getMaxX(), y, bar.getMaxX() + 4, y));
      Text.left(g, Theme.TEXT, format.format(value), bar.getMaxX() + 8, y);
    }
    g.setColor(Theme.INK);
    Text.left(g, Theme.TEXT, title, bar.getX(), bar.getY() - 14);
  }
}
