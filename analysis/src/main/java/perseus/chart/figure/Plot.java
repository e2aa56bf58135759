package perseus.chart.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Annotation;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;
import perseus.chart.svg.SvgGraphics;

/**
 * Draws a plot with axes, a grid and series of data, with the fonts and colours of {@link Theme}.
 *
 * <p>The class {@code Plot} extends a chart class of the library XChart. Painters are functions
 * that draw additional shapes, which XChart cannot draw as a series of data.
 */
public final class Plot extends XYChart {
  /**
   * Width of the white margin around a plot and its axes, in typographic points. The tick label at
   * the end of an axis extends into the white margin around the plot.
   */
  public static final int PADDING = 16;

  /**
   * A browser shows the text of a data point if the pointer is at most this number of typographic
   * points away.
   */
  private static final double HOVER_RADIUS = 6;

  private static final int X_TICK_SPACING = 80;
  private static final int Y_TICK_SPACING = 44;

  /** Approximate space for the tick labels and the title of an axis, in typographic points. */
  private static final double AXIS_SPACE = 60;

  /** Defines a painter, a function that draws additional shapes over a plot. */
  @FunctionalInterface
  public interface Painter {
    /**
     * Draws over a plot.
     *
     * @param g graphics object that draws in the coordinates of the whole plot
     * @param area area of the plot without its axes, which converts values to coordinates
     */
    void paint(Graphics2D g, PlotArea area);
  }

  private final Axis xAxis;
  private final Axis yAxis;
  private final Set<String> tickLabels = new LinkedHashSet<>();

  /**
   * Creates a plot that does not yet contain any series of data.
   *
   * @param width width of the plot in typographic points, including its axes and its margin
   * @param height height of the plot in typographic points, including its axes and its margin
   * @param x horizontal axis
   * @param y vertical axis
   */
  public Plot(double width, double height, Axis x, Axis y) {
    super((int) Math.round(width), (int) Math.round(height));
    this.xAxis = x;
    this.yAxis = y;
    setXAxisTitle(x.title());
    setYAxisTitle(y.title());
    styler.setLocale(Locale.ROOT);
    styler.setChartTitleVisible(false);
    styler.setLegendVisible(false);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setChartFontColor(Theme.INK);
    styler.setChartPadding(PADDING);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotContentSize(1.0);
    styler.setPlotMargin(0);
    styler.setPlotGridLinesColor(Theme.GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(0.8f));
    styler.setPlotTicksMarksVisible(false);
    styler.setAxisTitleFont(Theme.SUBTITLE);
    styler.setAxisTitlePadding(8);
    styler.setAxisTickLabelsFont(Theme.TEXT);
    styler.setAxisTickLabelsColor(Theme.MUTED);
    styler.setAxisTickMarksColor(Theme.AXIS);
    styler.setAxisTickMarksStroke(new BasicStroke(0.8f));
    styler.setAxisTickMarkLength(4);
    styler.setYAxisLabelAlignment(TextAlignment.Right);
    styler.setXAxisTickMarkSpacingHint(X_TICK_SPACING);
    styler.setYAxisTickMarkSpacingHint(Y_TICK_SPACING);
    styler.setXAxisMin(x.min());
    styler.setXAxisMax(x.max());
    styler.setYAxisMin(y.min());
    styler.setYAxisMax(y.max());
    String xPattern = pattern(x, width, X_TICK_SPACING);
    String yPattern = pattern(y, height, Y_TICK_SPACING);
    styler.setXAxisDecimalPattern(xPattern);
    styler.setYAxisDecimalPattern(yPattern);
    tickLabels.addAll(x.possibleLabels(xPattern, width / X_TICK_SPACING));
    tickLabels.addAll(y.possibleLabels(yPattern, height / Y_TICK_SPACING));
  }

  @Override
  public void paint(Graphics2D g, int width, int height) {
    SvgGraphics.announce(g, Theme.SUBTITLE, false, List.of(xAxis.title()));
    SvgGraphics.announce(g, Theme.SUBTITLE, true, List.of(yAxis.title()));
    SvgGraphics.announce(g, Theme.TEXT, false, tickLabels);
    super.paint(g, width, height);
  }

  private static String pattern(Axis axis, double length, int spacing) {
    return Axis.pattern(axis.tickStep(Math.max(2, (length - AXIS_SPACE) / spacing)));
  }

  /**
   * Prepares this plot for a timeline, which consists of lanes (horizontal rows of boxes). In a
   * plot for a timeline, the vertical axis is invisible. The area of the plot without its axes gets
   * exactly the given height.
   *
   * @param height height of the plot without its axes, in typographic points
   * @param timeVisible whether the time axis of the plot has labels
   */
  public void makeLanes(double height, boolean timeVisible) {
    styler.setYAxisTicksVisible(false);
    styler.setYAxisTitleVisible(false);
    styler.setXAxisTicksVisible(timeVisible);
    styler.setPlotGridHorizontalLinesVisible(false);
    // XChart computes the size of the axes only while it draws a plot. To find the size of the
    // axes, this class first draws the plot into an image that is then discarded.
    Graphics2D scratch = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    paint(scratch, getWidth(), getHeight());
    long fitting = Math.round(getHeight() + height - area().bounds().getHeight());
    paint(scratch, getWidth(), (int) fitting);
    scratch.dispose();
  }

  /**
   * Adds a series of data that is drawn as a line without markers.
   *
   * @param width width of the line of the series in typographic points
   */
  public void line(String name, double[] x, double[] y, Color color, double width) {
    XYSeries series = addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setLineStyle(Theme.stroke(width));
  }

  /** Adds a series of data that is drawn as markers without a line. */
  public void markers(String name, double[] x, double[] y, Glyph glyph) {
    XYSeries series = addSeries(name, x, y);
    series.setMarker(glyph);
    series.setMarkerColor(glyph.color());
    series.setLineStyle(SeriesLines.NONE);
  }

  /** Adds a series of data that is drawn as a line with markers. */
  public void lineAndMarkers(String name, double[] x, double[] y, Glyph glyph) {
    XYSeries series = addSeries(name, x, y);
    series.setMarker(glyph);
    series.setMarkerColor(glyph.color());
    series.setLineColor(glyph.color());
    series.setLineStyle(Theme.stroke(1.3));
  }

  /**
   * Adds a painter (function that draws additional shapes) that runs after all series of data are
   * drawn. A painter that is added by this method can draw only inside the area of the plot.
   */
  public void inside(Painter painter) {
    addAnnotation(
        new Overlay(
            (g, area) -> {
              Shape clip = g.getClip();
              g.clip(area.bounds());
              painter.paint(g, area);
              g.setClip(clip);
            }));
  }

  /**
   * Adds a painter (function that draws shapes), which runs after all series of data are drawn. A
   * painter that is added by this method can also draw outside the area of the plot.
   */
  public void around(Painter painter) {
    addAnnotation(new Overlay(painter));
  }

  /**
   * Gives a point of the plot a text, which a browser shows while the pointer is over the point. An
   * image of the plot does not show the text.
   *
   * @param x value of the horizontal axis
   * @param y value of the vertical axis
   */
  public void hover(double x, double y, String text) {
    around(
        (g, area) -> {
          Ellipse2D reach =
              new Ellipse2D.Double(
                  area.x(x) - HOVER_RADIUS,
                  area.y(y) - HOVER_RADIUS,
                  2 * HOVER_RADIUS,
                  2 * HOVER_RADIUS);
          if (area.bounds().contains(area.x(x), area.y(y))) {
            SvgGraphics.hover(g, reach, () -> text);
          }
        });
  }

  private PlotArea area() {
    // XChart's conversion of values to coordinates fails if the height of the plot is less than the
    // distance between two tick labels. To avoid XChart's faulty conversion, this class converts
    // values to coordinates with PlotArea.
    return new PlotArea(plot.getBounds(), xAxis, yAxis);
  }

  private final class Overlay extends Annotation {
    private final Painter painter;

    Overlay(Painter painter) {
      super(false);
      this.painter = painter;
    }

    @Override
    public void paint(Graphics2D g) {
      PlotArea area = area();
      bounds = area.bounds();
      painter.paint(g, area);
    }
  }
}
