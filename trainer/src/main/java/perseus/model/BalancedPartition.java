package perseus.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Divides a sequence of weights into consecutive parts whose sums are as equal as possible.
 *
 * <p>The heaviest part is the part with the largest sum. The class makes the heaviest part as light
 * as possible (the linear partition problem: Skiena, "The Algorithm Design Manual"). If several
 * divisions do this, the class minimizes the sum of the squares of the part sums. For example, it
 * divides the weights 1, 1, 1, 1, 8 into the parts (1, 1), (1, 1) and (8).
 *
 * <p>Dynamic programming finds the best division of n weights into p parts in O(p n^2) time and O(p
 * n) memory.
 */
final class BalancedPartition {
  private BalancedPartition() {}

  /**
   * Returns a list with the index of the first weight of each part. The last element of the list is
   * the number of weights.
   *
   * @param parts number of parts into which the weights are divided, from 1 to the number of
   *     weights
   */
  static List<Integer> boundaries(long[] weights, int parts) {
    long[] prefixSums = new long[weights.length + 1];
    for (int i = 0; i < weights.length; i++) {
      prefixSums[i + 1] = prefixSums[i] + weights[i];
    }
    double limit = minimumHeaviest(prefixSums, parts);
    int[][] start = leastSquaresStarts(prefixSums, parts, limit);
    List<Integer> boundaries = new ArrayList<>();
    for (int part = parts, end = weights.length; part >= 0; part--) {
      boundaries.add(0, end);
      end = start[part][end];
    }
    return boundaries;
  }

  /** Returns the smallest possible sum of the heaviest of {@code parts} consecutive parts. */
  private static double minimumHeaviest(long[] prefixSums, int parts) {
    int items = prefixSums.length - 1;
    double[][] heaviest = unreachable(parts, items);
    for (int part = 1; part <= parts; part++) {
      for (int end = part; end <= items; end++) {
        for (int begin = part - 1; begin < end; begin++) {
          double candidate =
              Math.max(heaviest[part - 1][begin], prefixSums[end] - prefixSums[begin]);
          heaviest[part][end] = Math.min(heaviest[part][end], candidate);
        }
      }
    }
    return heaviest[parts][items];
  }

  /**
   * Divides the weights into consecutive parts whose sums are at most {@code limit}. The method
   * minimizes the sum of the squares of the part sums.
   *
   * @return array whose element {@code [k][e]} describes the best division of the first e weights
   *     into k parts: the index of the first weight of the last part
   */
  private static int[][] leastSquaresStarts(long[] prefixSums, int parts, double limit) {
    int items = prefixSums.length - 1;
    double[][] squares = unreachable(parts, items);
    int[][] start = new int[parts + 1][items + 1];
    for (int part = 1; part <= parts; part++) {
      for (int end = part; end <= items; end++) {
        for (int begin = part - 1; begin < end; begin++) {
          double weight = prefixSums[end] - prefixSums[begin];
          double candidate = squares[part - 1][begin] + weight * weight;
          if (weight <= limit && candidate < squares[part][end]) {
            squares[part][end] = candidate;
            start[part][end] = begin;
          }
        }
      }
    }
    return start;
  }

  /**
   * Returns a table that contains 0 in the element {@code [0][0]} and infinity in all other
   * elements.
   */
  private static double[][] unreachable(int parts, int items) {
    double[][] table = new double[parts + 1][items + 1];
    for (double[] row : table) {
      Arrays.fill(row, Double.POSITIVE_INFINITY);
    }
    table[0][0] = 0;
    return table;
  }
}
