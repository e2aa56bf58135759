package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Attention with linear biases (Press, Smith and Lewis, 2022): the score of a query and an earlier
 * key loses a head's slope times their distance.
 */
public final class Alibi {
  private Alibi() {}

  /**
   * The slope of a head: for a power of two n of heads, the geometric sequence from 2^(-8/n) with
   * that ratio; otherwise that of the next lower power of two, followed by every second slope of
   * the next higher one.
   */
  public static double slope(int head, int heads) {
    int power = Integer.highestOneBit(heads);
    return head < power
        ? Math.pow(2, -8.0 * (head + 1) / power)
        : Math.pow(2, -4.0 * (2 * (head - power) + 1) / power);
  }

  /**
   * Biases of the scores, minus infinity for later keys.
   *
   * @param heads heads of the model
   * @param from the first of them
   * @param count how many
   * @return (1, count, tokens, tokens): head, query, key
   */
  public static NDArray bias(NDManager manager, int heads, int from, int count, int tokens) {
    float[] values = new float[count * tokens * tokens];
    int at = 0;
    for (int head = from; head < from + count; head++) {
      float slope = (float) slope(head, heads);
      for (int query = 0; query < tokens; query++) {
        for (int key = 0; key < tokens; key++) {
          values[at++] = key > query ? Float.NEGATIVE_INFINITY : slope * (key - query);
        }
      }
    }
    return manager.create(values, new Shape(1, count, tokens, tokens));
  }
}
