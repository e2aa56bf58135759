package perseus.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Divides a sequence of weights into consecutive parts whose sums are as equal as possible.
 *
 * <p>The n weights are divided into p parts by boundaries 0 = b(0) &lt; b(1) &lt; ... &lt; b(p) =
 * n, where b(k) is the index of the first weight of part k. The method has two steps. The first
 * step finds the divisions in which the heaviest part has the smallest possible sum of weights. The
 * second step chooses one of the found divisions: the one in which the squares of the part sums
 * have the smallest sum.
 *
 * <p>Both steps of the method are dynamic programs. Each subproblem of a dynamic program divides
 * the first e weights into k parts. Each of the two dynamic programs takes O(p n^2) time and O(p n)
 * memory for n weights and p parts. For some hundred weights, the two dynamic programs take a small
 * part of a second; a model has fewer layers. The first step is known as the linear partition
 * problem: see Skiena, "The Algorithm Design Manual", "The Partition Problem".
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

  /**
   * Returns the smallest value m such that the weights can be divided into {@code parts}
   * consecutive parts, each with a sum of at most m.
   */
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
   * Divides the weights into consecutive parts whose sums are at most {@code limit}. Among the
   * divisions with sums of at most {@code limit}, the method chooses the one in which the squares
   * of the part sums have the smallest sum.
   *
   * @return array that describes the division of the first e weights into k parts: element {@code
   *     [k][e]} is the index of the first weight of the last part
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
   * Returns the initial table of a dynamic program, which is indexed by the number of parts and the
   * number of weights. In the returned table, the element for 0 parts and 0 weights is 0, and all
   * other elements are infinite.
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
