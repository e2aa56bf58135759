package perseus.tensor.parameter;

import perseus.random.SplitMix;

/**
 * Generates the pseudo-random initial values of one parameter.
 *
 * <p>The value of an element depends only on the seed, the parameter's name and the element's
 * position in the whole tensor. It is computed with integers as far as possible, so that every
 * partition, every tensor-parallel part and every machine starts from the same bits.
 */
public final class Initializer {
  private static final float MEAN = SplitMix.MAX_SUM / 2;

  private static final double DEVIATION = Math.sqrt((65536.0 * 65536.0 - 1) / 3);

  private final long seed;

  /** Initial values of the parameter {@code name} for a seed of the whole model. */
  public Initializer(long seed, String name) {
    this.seed = SplitMix.seed(seed, name);
  }

  /**
   * The value of the element at a position: close to normally distributed, with mean 0 and standard
   * deviation {@code std}.
   */
  public float normal(long position, double std) {
    int sum = SplitMix.sumOfUniforms(SplitMix.at(seed, position));
    return (sum - MEAN) * (float) (std / DEVIATION);
  }
}
