package perseus.random;

import java.util.SplittableRandom;

/**
 * Random numbers that depend only on a seed and a position, not on how many numbers were drawn
 * before. Threads, ranks and machines can therefore draw them in any order.
 *
 * <p>The bits come from the output function of the generator SplitMix64 (Steele, Lea and Flood,
 * 2014), applied to a seed and a counter.
 */
public final class SplitMix {
  /** Maximum of {@link #sumOfUniforms}: four times the largest 16-bit number. */
  public static final int MAX_SUM = 4 * 0xffff;

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private SplitMix() {}

  /** The 64 random bits at a position of a seed's sequence, counted from 0. */
  public static long at(long seed, long position) {
    long z = seed + (position + 1) * GOLDEN_GAMMA;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /** Random bits that depend on all three arguments; also a seed for each combination of them. */
  public static long mix(long a, long b, long c) {
    return at(at(at(a, 0) + b, 0) + c, 0);
  }

  /** A seed that depends on another seed and a name. */
  public static long seed(long seed, String name) {
    long hash = seed;
    for (int i = 0; i < name.length(); i++) {
      hash = at(hash, name.charAt(i));
    }
    return hash;
  }

  /** A generator for the item at a position, independent of the generators at other positions. */
  public static SplittableRandom random(long seed, long position) {
    return new SplittableRandom(at(seed, position));
  }

  /**
   * Sum of the four 16-bit parts of {@code bits}. For random bits it is the sum of four uniform
   * numbers from 0 to 65535: close to a normal distribution with mean {@link #MAX_SUM} / 2 and
   * variance (65536^2 - 1) / 3, cut off at 3.46 standard deviations.
   */
  public static int sumOfUniforms(long bits) {
    return (int)
        ((bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48));
  }
}
