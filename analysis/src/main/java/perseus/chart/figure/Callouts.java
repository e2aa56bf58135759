package perseus.chart.figure;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws labels beside points of a plot, at positions where the labels cover few data points. A thin
 * line connects each label with the point that it names.
 *
 * <p>The labels of a plot are placed one after the other. For each label, this class compares 168
 * positions around the label's point, and uses the position of minimum cost. A label position costs
 * most if the label is partly outside the plot or covers another label. A label position costs less
 * if the line to the label crosses another label. A label position costs little if the label covers
 * data points or is far from its point.
 *
 * <p>Placing labels one after the other (greedily) is not optimal, but it is good enough for a few
 * labels. The time to place one label grows linearly with the number of data points.
 */
public final class Callouts {
  private static final double LINE_HEIGHT = 14;

  /**
   * Radius in typographic points of the area around a data point that the line to its label must
   * not enter. The line therefore does not touch the marker.
   */
  private static final double MARKER_RADIUS = 7;

  /** Distance in typographic points that a label keeps from data points. */
  private static final double LABEL_MARGIN = 5;

  private static final int DIRECTIONS = 24;
  private static final double[] DISTANCES = {16, 26, 40, 58, 80, 110, 145};

  private final Rectangle2D area;
  private final List<Point2D> data = new ArrayList<>();
  private final List<Rectangle2D> taken = new ArrayList<>();

  /**
   * Creates an object that has not yet drawn any labels.
   *
   * @param area rectangle of the plot in which all labels should lie
   */
  public Callouts(Rectangle2D area) {
    this.area = area;
  }

  /** Adds data points that the labels drawn later should not cover. */
  public void avoid(List<Point2D> points) {
    data.addAll(points);
  }

  /**
   * Adds a line of the plot that the labels drawn later should not cover.
   *
   * @param corners points that the line of the plot connects, in order
   */
  public void avoidLine(List<Point2D> corners) {
    data.addAll(corners);
    for (int i = 1; i < corners.size(); i++) {
      Point2D from = corners.get(i - 1);
      Point2D to = corners.get(i);
      // The method adds artificial data points along the line, so that labels avoid the line as
      // they avoid data points. The distance between two neighbouring artificial data points is 8
      // typographic points, which is less than the height of a label. To limit the running time, at
      // most 400 artificial data points are added between two corners of a line.
      int parts = (int) Math.min(400, from.distance(to) / 8);
      for (int part = 1; part < parts; part++) {
        double share = (double) part / parts;
        data.add(
            new Point2D.Double(
                from.getX() + share * (to.getX() - from.getX()),
                from.getY() + share * (to.getY() - from.getY())));
      }
    }
  }

  /**
   * Draws a label with several lines of text near the point (x, y). The first line of text in a
   * label is dark, and its other lines are grey.
   */
  public void paint(Graphics2D g, double x, double y, List<String> lines) {
    double width = lines.stream().mapToDouble(line -> Text.width(Theme.TEXT, line)).max().orElse(0);
    Rectangle2D label = place(x, y, width + 8, lines.size() * LINE_HEIGHT + 4);
    taken.add(label);
    double nearX = clamp(x, label.getMinX(), label.getMaxX());
    double nearY = clamp(y, label.getMinY(), label.getMaxY());
    g.setColor(Theme.AXIS);
    g.setStroke(Theme.stroke(0.8));
    double length = Math.hypot(nearX - x, nearY - y);
    if (length > MARKER_RADIUS) {
      double part = MARKER_RADIUS / length;
      g.draw(new Line2D.Double(x + part * (nearX - x), y + part * (nearY - y), nearX, nearY));
    }
    g.setColor(new Color(255, 255, 255, 225));
    g.fill(label);
    double middle = label.getY() + 2 + LINE_HEIGHT / 2;
    for (int i = 0; i < lines.size(); i++) {
      g.setColor(i == 0 ? Theme.INK : Theme.MUTED);
      Text.left(g, Theme.TEXT, lines.get(i), label.getX() + 4, middle + i * LINE_HEIGHT);
    }
  }

  private Rectangle2D place(double x, double y, double width, double height) {
    List<Point2D> near = near(x, y, width, height);
    Rectangle2D best = null;
    double lowestCost = Double.POSITIVE_INFINITY;
    for (double distance : DISTANCES) {
      for (int i = 0; i < DIRECTIONS; i++) {
        double angle = 2 * Math.PI * i / DIRECTIONS;
        double centerX = x + Math.cos(angle) * (distance + width / 2);
        double centerY = y + Math.sin(angle) * (distance + height / 2);
        Rectangle2D label =
            new Rectangle2D.Double(centerX - width / 2, centerY - height / 2, width, height);
        double cost = cost(label, near, x, y) + distance;
        if (cost < lowestCost) {
          lowestCost = cost;
          best = label;
        }
      }
    }
    return best;
  }

  /** Returns the data points near the point (x, y) that its label could cover. */
  private List<Point2D> near(double x, double y, double width, double height) {
    double reach = DISTANCES[DISTANCES.length - 1] + LABEL_MARGIN;
    Rectangle2D reached =
        new Rectangle2D.Double(
            x - reach - width, y - reach - height, 2 * (reach + width), 2 * (reach + height));
    return data.stream().filter(reached::contains).toList();
  }

  private double cost(Rectangle2D label, List<Point2D> near, double x, double y) {
    double cost = area.contains(label) ? 0 : 1e6;
    Line2D leader = new Line2D.Double(x, y, label.getCenterX(), label.getCenterY());
    for (Rectangle2D other : taken) {
      cost += other.intersects(label) ? 1e5 : 0;
      cost += leader.intersects(other) ? 1e4 : 0;
    }
    Rectangle2D withMargin =
        new Rectangle2D.Double(
            label.getX() - LABEL_MARGIN,
            label.getY() - LABEL_MARGIN,
            label.getWidth() + 2 * LABEL_MARGIN,
            label.getHeight() + 2 * LABEL_MARGIN);
    for (Point2D point : near) {
      if (withMargin.contains(point)) {
        cost += 60;
      } else if (leader.ptSegDistSq(point) < 9) {
        cost += 2;
      }
    }
    return cost;
  }

  private static double clamp(double value, double low, double high) {
    return Math.max(low, Math.min(high, value));
  }
}
