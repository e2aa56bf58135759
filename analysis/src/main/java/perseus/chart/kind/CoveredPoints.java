package perseus.chart.kind;

import java.awt.Graphics2D;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;
import perseus.chart.figure.Glyph;

/**
 * Keeps a baseline (another planner) visible if other markers cover all its markers. A covered
 * baseline gets a large outline around one of its points, which is visible around the covering
 * marker.
 */
final class CoveredPoints {
  /**
   * Maximum distance in typographic points between two markers at which one marker covers the
   * other.
   */
  private static final double REACH = 5;

  /**
   * Radius of the first outline around a point, in typographic points. If a point has several
   * outlines, the radius grows by {@link #STEP} from one outline to the next.
   */
  private static final double FIRST_RADIUS = 9;

  private static final double STEP = 4;

  private final List<Point2D> covering;
  private final List<Point2D> outlined = new ArrayList<>();

  /**
   * @param covering coordinates of the markers that are drawn later and may cover the markers of
   *     baselines
   */
  CoveredPoints(List<Point2D> covering) {
    this.covering = covering;
  }

  /**
   * Draws an outline for a baseline if none of its markers is visible.
   *
   * @param points coordinates of the baseline's markers inside the plot
   */
  void paint(Graphics2D g, List<Point2D> points, Glyph glyph) {
    if (points.isEmpty() || !points.stream().allMatch(point -> isNear(point, covering))) {
      covering.addAll(points);
      return;
    }
    Point2D point = points.get(0);
    long inner = outlined.stream().filter(other -> other.distance(point) <= REACH).count();
    outlined.add(point);
    glyph.outline(g, point.getX(), point.getY(), FIRST_RADIUS + STEP * inner);
  }

  private static boolean isNear(Point2D point, List<Point2D> others) {
    return others.stream().anyMatch(other -> other.distance(point) <= REACH);
  }
}
