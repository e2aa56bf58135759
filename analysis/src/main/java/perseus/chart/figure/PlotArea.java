package perseus.chart.figure;

import java.awt.geom.Rectangle2D;

/**
 * Converts values to coordinates within the area of a plot, which does not include the axes.
 *
 * @param bounds rectangle of the area without axes, in the coordinates of the whole plot
 * @param xAxis horizontal axis of the plot, with values that rise from left to right
 * @param yAxis vertical axis of the plot, with values that rise from bottom to top
 */
public record PlotArea(Rectangle2D bounds, Axis xAxis, Axis yAxis) {

  /** Returns the horizontal coordinate of a value of the horizontal axis, in typographic points. */
  public double x(double value) {
    return bounds.getX() + bounds.getWidth() * (value - xAxis.min()) / (xAxis.max() - xAxis.min());
  }

  /** Returns the vertical coordinate of a value of the vertical axis, in typographic points. */
  public double y(double value) {
    return bounds.getMaxY()
        - bounds.getHeight() * (value - yAxis.min()) / (yAxis.max() - yAxis.min());
  }
}
