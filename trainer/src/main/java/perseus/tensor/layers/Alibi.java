package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Computes the biases of ALiBi, attention with linear biases (Press, Smith and Lewis, 2022). The
 * bias is added to the attention score of a query and a key.
 *
 * <pre>
 *   bias = -m (i - j)  if j &lt;= i, else minus infinity
 *   m = slope of the attention head
 *   i = position of the query
 *   j = position of the key
 * </pre>
 */
public final class Alibi {
  private Alibi() {}

  /**
   * Returns the slope of an attention head: the factor by which the distance between query and key
   * is multiplied.
   *
   * <pre>
   *   slope = 2^(-8 (h + 1) / p)          if h &lt; p
   *   slope = 2^(-4 (2 (h - p) + 1) / p)  if h &gt;= p
   *   h = index of the head, from 0
   *   p = largest power of two that is at most the number of heads
   * </pre>
   *
   * @param head index of the attention head in the model; the first head has the index 0
   * @param heads number of attention heads of the model
   */
  public static double slope(int head, int heads) {
    int power = Integer.highestOneBit(heads);
    return head < power
        ? Math.pow(2, -8.0 * (head + 1) / power)
        : Math.pow(2, -4.0 * (2 * (head - power) + 1) / power);
  }

  /**
   * Returns the ALiBi biases of the attention scores of consecutive heads. For a key after the
   * query, the bias is minus infinity, so that the query does not attend to this key.
   *
   * @param heads number of attention heads of the model
   * @param from index of the first attention head for which biases are returned
   * @param count number of attention heads for which biases are returned
   * @return float32 tensor (1, count, tokens, tokens), indexed by head, query and key
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
