package perseus.planner.problem;

import java.util.Arrays;

/** Computes the lower convex hull of points in the plane. */
public final class LowerHull {
  private LowerHull() {}

  /**
   * Returns the indices of the points on the lower convex hull, in rising order. The hull omits
   * points on the straight line between two other points.
   *
   * <p>The algorithm is Andrew's monotone chain (Information Processing Letters 9, 1979). The
   * algorithm takes O(points).
   *
   * @param x first coordinate of each point, strictly rising
   * @param y second coordinate of each point
   */
  public static int[] of(double[] x, double[] y) {
    int[] chain = new int[x.length];
    int size = 0;
    for (int k = 0; k < x.length; k++) {
      while (size >= 2
          && slope(x, y, chain[size - 2], chain[size - 1]) >= slope(x, y, chain[size - 1], k)) {
        size--;
      }
      chain[size++] = k;
    }
    return Arrays.copyOf(chain, size);
  }

  private static double slope(double[] x, double[] y, int from, int to) {
    return (y[to] - y[from]) / (x[to] - x[from]);
  }
}
