package perseus.chart;

import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Rectangle2D;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.internal.chartpart.Annotation;

/** Something painted over a plot that XChart has no series for. */
final class Overlay extends Annotation {

  /** Paints in the coordinates of the chart that the plot belongs to. */
  @FunctionalInterface
  interface Painter {
    void paint(Graphics2D g, PlotArea area);
  }

  /** Where the values of two axes lie in a chart that has been laid out. */
  record PlotArea(Rectangle2D bounds, Axis xAxis, Axis yAxis) {

    double x(double value) {
      return bounds.getX()
          + bounds.getWidth() * (value - xAxis.min()) / (xAxis.max() - xAxis.min());
    }

    double y(double value) {
      return bounds.getMaxY()
          - bounds.getHeight() * (value - yAxis.min()) / (yAxis.max() - yAxis.min());
    }

    static PlotArea of(XYChart chart, Axis x, Axis y) {
      double left = chart.getScreenXFromChart(x.min());
      double right = chart.getScreenXFromChart(x.max());
      double top = chart.getScreenYFromChart(y.max());
      double bottom = chart.getScreenYFromChart(y.min());
      return new PlotArea(new Rectangle2D.Double(left, top, right - left, bottom - top), x, y);
    }
  }

  private final XYChart plot;
  private final Axis xAxis;
  private final Axis yAxis;
  private final boolean clipped;
  private final Painter painter;

  private Overlay(XYChart plot, Axis xAxis, Axis yAxis, boolean clipped, Painter painter) {
    super(false);
    this.plot = plot;
    this.xAxis = xAxis;
    this.yAxis = yAxis;
    this.clipped = clipped;
    this.painter = painter;
  }

  /** Adds a painter that cannot paint outside the plot. */
  static void inside(XYChart chart, Axis x, Axis y, Painter painter) {
    chart.addAnnotation(new Overlay(chart, x, y, true, painter));
  }

  /** Adds a painter that may paint beside the plot too. */
  static void around(XYChart chart, Axis x, Axis y, Painter painter) {
    chart.addAnnotation(new Overlay(chart, x, y, false, painter));
  }

  @Override
  public void paint(Graphics2D g) {
    PlotArea area = PlotArea.of(plot, xAxis, yAxis);
    bounds = area.bounds();
    Shape clip = g.getClip();
    if (clipped) {
      g.clip(area.bounds());
    }
    painter.paint(g, area);
    g.setClip(clip);
  }
}
