package perseus.chart.figure;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/**
 * Maps numbers to colours, from light colours for low values to dark colours for high values. The
 * order of the values is therefore also visible in a grey print.
 */
public final class ColorRamp {
  // The colours are the palette YlOrRd of ColorBrewer, which people with a common kind of colour
  // blindness can distinguish.
  private static final int[] HEAT = {
    0xFFF3B0, 0xFED976, 0xFEB24C, 0xFD8D3C, 0xFC4E2A, 0xE31A1C, 0xBD0026, 0x800026
  };

  // The colours are the palette Viridis without its lightest colours. Small dots in the lightest
  // colours are hard to see on white.
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
   * Returns a map from yellow at {@code min} to dark red at {@code max}. Charts use these colours
   * for power.
   */
  public static ColorRamp heat(double min, double max) {
    return new ColorRamp(HEAT, min, max > min ? max : min + 1);
  }

  /**
   * Returns a map from green at {@code min} to violet at {@code max}. Charts use these colours for
   * frequencies.
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
   * Returns the colour of a value. A value outside the range gets the colour of the nearest end.
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

  /** Draws a vertical colour bar with its values beside it. The highest value is at the top. */
  public void paintBar(Graphics2D g, Rectangle2D bar, String title) {
    int steps = 256;
    double step = bar.getHeight() / steps;
    for (int i = 0; i < steps; i++) {
      g.setColor(at(max - (i + 0.5) / steps * (max - min)));
      // The bar consists of thin slices. Neighbouring slices overlap, so that there is no white
      // line between them.
      double y = bar.getY() + i * step;
      g.fill(new Rectangle2D.Double(bar.getX(), y, bar.getWidth(), bar.getMaxY() - y));
    }
    g.setColor(Theme.MUTED);
    g.setStroke(Theme.stroke(0.8));
    Axis axis = new Axis(title, min, max);
    int maxTicks = (int) Math.max(2, bar.getHeight() / 30);
    // The labels have no thousands separator, because watts and megahertz are written without one
    // in all other places.
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
