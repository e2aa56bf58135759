package perseus.random;

import java.util.SplittableRandom;

/**
 * Computes random numbers that depend only on a seed and a position in a sequence.
 *
 * <p>A random number does not depend on the random numbers that were drawn before it. Threads,
 * ranks and machines can draw random numbers in any order and still get the same numbers.
 *
 * <p>This class applies the output function of the random number generator SplitMix64 (Steele, Lea
 * and Flood, 2014) to a seed and a position.
 */
public final class SplitMix {
  /**
   * The result of {@link #sumOfUniforms} is at most {@code MAX_SUM}, which is four times the
   * largest 16-bit number.
   */
  public static final int MAX_SUM = 4 * 0xffff;

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private SplitMix() {}

  /**
   * Returns 64 random bits that depend only on a seed and a position. Positions are counted from 0.
   */
  public static long at(long seed, long position) {
    long z = seed + (position + 1) * GOLDEN_GAMMA;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /**
   * Returns 64 random bits that depend on all three arguments. The returned bits can also be used
   * as a seed.
   */
  public static long mix(long a, long b, long c) {
    return at(at(at(a, 0) + b, 0) + c, 0);
  }

  /** Returns a new seed that depends on a seed and a name. */
  public static long seed(long seed, String name) {
    long hash = seed;
    for (int i = 0; i < name.length(); i++) {
      hash = at(hash, name.charAt(i));
    }
    return hash;
  }

  /**
   * Returns a random number generator that depends only on a seed and a position. The random number
   * generators for different positions are independent.
   */
  public static SplittableRandom random(long seed, long position) {
    return new SplittableRandom(at(seed, position));
  }

  /**
   * Divides {@code bits} into four numbers of 16 bits each, and returns the sum of the four
   * numbers. If the bits are random, each of the four numbers is uniformly distributed from 0 to
   * 65535. The sum of four random 16-bit numbers is approximately normally distributed. The mean of
   * the sum of four random 16-bit numbers is {@link #MAX_SUM} / 2. The variance of the sum of four
   * random 16-bit numbers is {@code (65536^2 - 1) / 3}. The sum of four random 16-bit numbers
   * differs from its mean by at most 3.46 standard deviations.
   */
  public static int sumOfUniforms(long bits) {
    return (int)
        ((bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48));
  }
}
