package perseus.evaluation.report;

import java.util.List;

/**
 * Holds a figure with the time and energy of iterations.
 *
 * @param title title of the figure in one line
 * @param series lines and points of the figure, at most six; at least one of them has a point
 */
public record Figure(String title, List<Series> series) {
  public Figure {
    series = series.stream().filter(each -> !each.points().isEmpty()).toList();
    if (series.isEmpty()) {
      throw new IllegalArgumentException("A figure needs at least one point.");
    }
  }

  /**
   * Holds one line, or the points of one planner.
   *
   * @param name name in the legend
   * @param isLine whether a line connects the points
   * @param points points in the order of the line
   */
  public record Series(String name, boolean isLine, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }
  }

  /**
   * Holds the time and energy of an iteration.
   *
   * @param seconds iteration time in seconds
   * @param joules iteration energy in joules
   */
  public record Point(double seconds, double joules) {}
}
