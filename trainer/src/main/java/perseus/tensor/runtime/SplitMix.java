package perseus.tensor.runtime;

import java.util.SplittableRandom;

/**
 * Random numbers by place: the output function of the generator SplitMix64 (Steele, Lea and Flood,
 * 2014) makes well-mixed bits of a seed and a counter.
 */
public final class SplitMix {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private SplitMix() {}

  /** The bits at a place of a seed's sequence. */
  public static long at(long seed, long place) {
    long z = seed + (place + 1) * GOLDEN_GAMMA;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /** A seed for each name. */
  public static long seed(long seed, String name) {
    long hash = seed;
    for (int i = 0; i < name.length(); i++) {
      hash = at(hash, name.charAt(i));
    }
    return hash;
  }

  /** A generator for the sample at a place, unrelated to those at others. */
  public static SplittableRandom random(long seed, long place) {
    return new SplittableRandom(at(seed, place));
  }
}
