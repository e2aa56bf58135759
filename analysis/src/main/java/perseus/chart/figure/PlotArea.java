package perseus.chart.figure;

import java.awt.geom.Rectangle2D;

/**
 * The area of a plot without its axes, which converts values to coordinates.
 *
 * @param bounds rectangle of the area, in the coordinates of the chart
 * @param xAxis horizontal axis, rising from left to right
 * @param yAxis vertical axis, rising from bottom to top
 */
public record PlotArea(Rectangle2D bounds, Axis xAxis, Axis yAxis) {

  /** Returns the horizontal coordinate of a value. */
  public double x(double value) {
    return bounds.getX() + bounds.getWidth() * (value - xAxis.min()) / (xAxis.max() - xAxis.min());
  }

  /** Returns the vertical coordinate of a value. */
  public double y(double value) {
    return bounds.getMaxY()
        - bounds.getHeight() * (value - yAxis.min()) / (yAxis.max() - yAxis.min());
  }
}
