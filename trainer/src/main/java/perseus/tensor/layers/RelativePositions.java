package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Assigns each pair of a query and a key to a bucket (range of distances) by the distance between
 * their positions. T5 has one relative position bias for each bucket (range of distances) and
 * attention head (Raffel et al., 2020).
 *
 * <p>T5's encoder has separate buckets (ranges of distances) for keys before the query and for keys
 * after the query. T5's decoder has buckets (ranges of distances) only for keys before the query.
 * In T5's decoder, keys after the query are masked, and their distance counts as 0. Half of the
 * buckets (ranges of distances) contain one small distance each. The other buckets (ranges of
 * distances) are about equally wide on a logarithmic scale, up to {@value #MAX_DISTANCE} tokens.
 * The last bucket (range of distances) also contains all distances above {@value #MAX_DISTANCE}
 * tokens.
 */
public final class RelativePositions {
  private static final int BUCKETS = 32;
  private static final int MAX_DISTANCE = 128;

  private RelativePositions() {}

  /**
   * Returns the index, from 0, of the bucket (range of distances) of a query and a key.
   *
   * @param distance position of the key minus position of the query, in tokens
   * @param bidirectional true if keys after the query have separate buckets (ranges of distances),
   *     as in T5's encoder
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
   * Returns the index of the bucket (range of distances) of each query and key, as an int64 tensor
   * of the shape (queries, keys).
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
