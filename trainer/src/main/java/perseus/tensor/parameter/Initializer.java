package perseus.tensor.parameter;

import perseus.tensor.runtime.SplitMix;

/**
 * Pseudo-random initial values of one parameter. An element's value depends only on the seed, the
 * parameter's name and the element's place in the whole tensor, in integer arithmetic, so that
 * every partition, every slice and every machine start from the same bits.
 *
 * <p>The four 16-bit pieces of an element's random bits are added: a sum of four uniform numbers,
 * close to a normal distribution that is cut off at 3.46 standard deviations.
 */
public final class Initializer {
  private static final int PIECE = 0xffff;

  /** Mean of the sum of four uniform integers from 0 to 65535. */
  private static final float MEAN = 2 * PIECE;

  /** Its standard deviation: four variances of (65536^2 - 1) / 12. */
  private static final double DEVIATION = Math.sqrt((65536.0 * 65536.0 - 1) / 3);

  private final long seed;

  public Initializer(long seed, String name) {
    this.seed = SplitMix.seed(seed, name);
  }

  /** The value at a place: mean 0, standard deviation {@code std}. */
  public float normal(long place, double std) {
    long bits = SplitMix.at(seed, place);
    long sum = (bits & PIECE) + (bits >>> 16 & PIECE) + (bits >>> 32 & PIECE) + (bits >>> 48);
    return (sum - MEAN) * (float) (std / DEVIATION);
  }
}
