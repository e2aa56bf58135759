package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Assigns each pair of a query and a key to a bucket (range of distances) by the distance between
 * their positions. T5 has one relative position bias per distance bucket and attention head (Raffel
 * et al., 2020).
 *
 * <p>Of the buckets for keys before (or after) the query, each bucket of the first half contains a
 * single distance, in tokens. Of the buckets for keys before (or after) the query, each bucket of
 * the second half contains a range of distances. On a logarithmic scale, the ranges of distances
 * have equal widths up to a distance of {@value #MAX_DISTANCE} tokens. The last bucket also
 * contains all distances above {@value #MAX_DISTANCE} tokens. T5's encoder uses half of the buckets
 * for keys before the query and half for keys after the query. In T5's decoder, keys after the
 * query are masked and get the bucket of distance 0.
 */
public final class RelativePositions {
  private static final int BUCKETS = 32;
  private static final int MAX_DISTANCE = 128;

  private RelativePositions() {}

  /**
   * Returns the number of the bucket (range of distances) for a pair of a query and a key. The
   * first bucket has the number 0.
   *
   * @param distance position of the key minus position of the query, in tokens
   * @param bidirectional true if keys after the query have separate buckets, as in T5's encoder
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

  /**
   * Returns the bucket numbers of all pairs of a query and a key, as an int64 tensor of the shape
   * (queries, keys).
   */
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
   *     elements of the mask are 0
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
