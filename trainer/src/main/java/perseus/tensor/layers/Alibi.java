package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Computes the biases of attention with linear biases, ALiBi (Press, Smith and Lewis, 2022). With
 * the slope m of a head, the score of a query at position i and a key at position j &lt;= i is
 * reduced by m (i - j).
 */
public final class Alibi {
  private Alibi() {}

  /**
   * The slope of a head. For n heads, n a power of two, the slopes are the geometric sequence that
   * starts at 2^(-8/n) and has the same ratio. For other numbers of heads, they are the slopes of
   * the next lower power of two, followed by every second slope of the next higher power of two.
   *
   * @param head number of the head, from 0
   * @param heads number of heads of the model
   */
  public static double slope(int head, int heads) {
    int power = Integer.highestOneBit(heads);
    return head < power
        ? Math.pow(2, -8.0 * (head + 1) / power)
        : Math.pow(2, -4.0 * (2 * (head - power) + 1) / power);
  }

  /**
   * Biases of the scores of some heads. Keys after the query have minus infinity.
   *
   * @param heads number of heads of the model
   * @param from number of the first head
   * @param count number of heads in the result
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
