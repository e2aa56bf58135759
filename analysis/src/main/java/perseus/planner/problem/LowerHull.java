package perseus.planner.problem;

import java.util.Arrays;

/** The lower convex hull of points in a plane. */
public final class LowerHull {
  private LowerHull() {}

  /**
   * Indices of the points on it, rising: Andrew's monotone chain.
   *
   * @param x strictly rising
   * @param y as many
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
