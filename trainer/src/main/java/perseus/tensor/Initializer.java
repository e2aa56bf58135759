package perseus.tensor;

/**
 * Pseudo-random initial values of one parameter. An element's value depends only on the seed, the
 * parameter's name and the element's place in the whole tensor, in integer arithmetic, so that
 * every partition, every slice and every machine start from the same bits.
 *
 * <p>Element i takes the i-th output of the generator SplitMix64 (Steele, Lea and Flood, 2014),
 * whose four 16-bit pieces are added: a sum of four uniform numbers, close to a normal distribution
 * that is cut off at 3.46 standard deviations.
 */
final class Initializer {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
  private static final int PIECE = 0xffff;

  /** Mean of the sum of four uniform integers from 0 to 65535. */
  private static final float MEAN = 2 * PIECE;

  /** Its standard deviation: four variances of (65536^2 - 1) / 12. */
  private static final double DEVIATION = Math.sqrt((65536.0 * 65536.0 - 1) / 3);

  private final long start;

  Initializer(long seed, String name) {
    long hash = seed;
    for (int i = 0; i < name.length(); i++) {
      hash = mix(hash + GOLDEN_GAMMA + name.charAt(i));
    }
    start = hash;
  }

  /** The value at a place: mean 0, standard deviation {@code std}. */
  float normal(long place, double std) {
    long bits = mix(start + (place + 1) * GOLDEN_GAMMA);
    long sum = (bits & PIECE) + (bits >>> 16 & PIECE) + (bits >>> 32 & PIECE) + (bits >>> 48);
    return (sum - MEAN) * (float) (std / DEVIATION);
  }

  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
