package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * T5's buckets of distances between a query and a key (Raffel et al., 2020): the first half of the
 * buckets are a distance each, the second half widen logarithmically up to {@value #FARTHEST}, and
 * the last takes all beyond. The encoder uses half of the buckets for each direction; in the
 * decoder later keys are masked, and count as distance 0.
 */
public final class RelativePositions {
  private static final int BUCKETS = 32;
  private static final int FARTHEST = 128;

  private RelativePositions() {}

  /**
   * The bucket of a pair.
   *
   * @param distance the key's position less the query's
   * @param bidirectional whether later keys have buckets of their own
   */
  public static int bucket(int distance, boolean bidirectional) {
    int buckets = bidirectional ? BUCKETS / 2 : BUCKETS;
    int offset = bidirectional && distance > 0 ? buckets : 0;
    int length = bidirectional ? Math.abs(distance) : Math.max(-distance, 0);
    int exact = buckets / 2;
    if (length < exact) {
      return offset + length;
    }
    double growth = Math.log((double) length / exact) / Math.log((double) FARTHEST / exact);
    return offset + Math.min(exact + (int) (growth * (buckets - exact)), buckets - 1);
  }

  /** The buckets of all pairs: (queries, keys), int64. */
  static NDArray buckets(NDManager manager, int tokens, boolean bidirectional) {
    long[] buckets = new long[tokens * tokens];
    for (int query = 0; query < tokens; query++) {
      for (int key = 0; key < tokens; key++) {
        buckets[query * tokens + key] = bucket(key - query, bidirectional);
      }
    }
    return manager.create(buckets, new Shape(tokens, tokens));
  }

  /** What is added to scores: minus infinity for later keys where these are masked, else 0. */
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
