package perseus.chart.figure;

import java.awt.geom.Rectangle2D;

/**
 * Where the values of two axes lie in a plot that has been laid out.
 *
 * @param bounds the plot without its axes, in the coordinates of the chart
 * @param xAxis from left to right
 * @param yAxis from bottom to top
 */
public record PlotArea(Rectangle2D bounds, Axis xAxis, Axis yAxis) {

  public double x(double value) {
    return bounds.getX() + bounds.getWidth() * (value - xAxis.min()) / (xAxis.max() - xAxis.min());
  }

  public double y(double value) {
    return bounds.getMaxY()
        - bounds.getHeight() * (value - yAxis.min()) / (yAxis.max() - yAxis.min());
  }
}
