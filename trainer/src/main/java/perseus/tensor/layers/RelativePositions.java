package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Assigns each pair of a query and a key to a bucket by their distance. T5 has one relative
 * position bias per bucket and head (Raffel et al., 2020).
 *
 * <p>Each bucket of the first half contains one distance, in tokens. Each bucket of the second half
 * contains a range of distances. On a logarithmic scale, these ranges have equal widths up to a
 * distance of {@value #MAX_DISTANCE} tokens. The last bucket also contains all larger distances.
 * The encoder uses half of the buckets for keys before the query and half for keys after the query.
 * In the decoder, keys after the query are masked and get the bucket of distance 0.
 */
public final class RelativePositions {
  private static final int BUCKETS = 32;
  private static final int MAX_DISTANCE = 128;

  private RelativePositions() {}

  /**
   * Returns the number of the bucket of a pair. The first bucket has the number 0.
   *
   * @param distance position of the key minus position of the query, in tokens
   * @param bidirectional whether keys after the query have separate buckets, as in the encoder
   */
  public static int bucket(int distance, boolean bidirectional) {
    int buckets = bidirectional ? BUCKETS / 2 : BUCKETS;
    int offset = bidirectional && distance > 0 ? buckets : 0;
    int length = bidirectional ? Math.abs(distance) : Math.max(-distance, 0);
    int exact = buckets / 2;
    if (length < exact) {
      return offset + length;
    }
    double growth = Math.log((double) length / exact) / Math.log((double) MAX_DISTANCE / exact);
    return offset + Math.min(exact + (int) (growth * (buckets - exact)), buckets - 1);
  }

  /** Returns the buckets of all pairs as an int64 tensor of the shape (queries, keys). */
  static NDArray buckets(NDManager manager, int tokens, boolean bidirectional) {
    long[] buckets = new long[tokens * tokens];
    for (int query = 0; query < tokens; query++) {
      for (int key = 0; key < tokens; key++) {
        buckets[query * tokens + key] = bucket(key - query, bidirectional);
      }
    }
    return manager.create(buckets, new Shape(tokens, tokens));
  }

  /**
   * Returns the mask that is added to attention scores, as a float32 tensor of the shape (queries,
   * keys).
   *
   * @param causal true if the mask is minus infinity for keys after the query; false if all
   *     elements are 0
   */
  static NDArray mask(NDManager manager, int tokens, boolean causal) {
    float[] mask = new float[tokens * tokens];
    for (int query = 0; causal && query < tokens; query++) {
      for (int key = query + 1; key < tokens; key++) {
        mask[query * tokens + key] = Float.NEGATIVE_INFINITY;
      }
    }
    return manager.create(mask, new Shape(tokens, tokens));
  }
}
