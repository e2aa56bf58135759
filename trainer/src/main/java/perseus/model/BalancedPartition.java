package perseus.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Divides a sequence of weights into consecutive, non-empty parts whose heaviest is as light as
 * possible; among those, the parts with the least sum of squares. Dynamic programming over (parts,
 * end): O(parts * items^2).
 */
final class BalancedPartition {
  private BalancedPartition() {}

  /** The first item of each part, then the number of items; {@code parts <= weights.length}. */
  static List<Integer> boundaries(long[] weights, int parts) {
    long[] upTo = new long[weights.length + 1];
    for (int i = 0; i < weights.length; i++) {
      upTo[i + 1] = upTo[i] + weights[i];
    }
    double heaviest = lightestHeaviest(upTo, parts);
    int[][] start = leastSquaresStarts(upTo, parts, heaviest);
    List<Integer> boundaries = new ArrayList<>();
    for (int part = parts, end = weights.length; part >= 0; part--) {
      boundaries.add(0, end);
      end = start[part][end];
    }
    return boundaries;
  }

  /** The least possible weight of the heaviest part. */
  private static double lightestHeaviest(long[] upTo, int parts) {
    int items = upTo.length - 1;
    double[][] heaviest = unreachable(parts, items);
    for (int part = 1; part <= parts; part++) {
      for (int end = part; end <= items; end++) {
        for (int begin = part - 1; begin < end; begin++) {
          double candidate = Math.max(heaviest[part - 1][begin], upTo[end] - upTo[begin]);
          heaviest[part][end] = Math.min(heaviest[part][end], candidate);
        }
      }
    }
    return heaviest[parts][items];
  }

  /** Where the last of so many parts that end there starts, no part being heavier than given. */
  private static int[][] leastSquaresStarts(long[] upTo, int parts, double heaviest) {
    int items = upTo.length - 1;
    double[][] squares = unreachable(parts, items);
    int[][] start = new int[parts + 1][items + 1];
    for (int part = 1; part <= parts; part++) {
      for (int end = part; end <= items; end++) {
        for (int begin = part - 1; begin < end; begin++) {
          double weight = upTo[end] - upTo[begin];
          double candidate = squares[part - 1][begin] + weight * weight;
          if (weight <= heaviest && candidate < squares[part][end]) {
            squares[part][end] = candidate;
            start[part][end] = begin;
          }
        }
      }
    }
    return start;
  }

  private static double[][] unreachable(int parts, int items) {
    double[][] table = new double[parts + 1][items + 1];
    for (double[] row : table) {
      Arrays.fill(row, Double.POSITIVE_INFINITY);
    }
    table[0][0] = 0;
    return table;
  }
}
