package perseus.tensor.parameter;

import perseus.random.SplitMix;

/**
 * Generates the pseudo-random initial values of one parameter.
 *
 * <p>The initial value of an element depends only on the seed, the parameter's name and the
 * element's position in the whole tensor. The computation of initial values uses integers as far as
 * possible, so that every machine gets the same values. Every partition into stages, every
 * tensor-parallel rank and every machine starts from exactly the same initial values.
 */
public final class Initializer {
  private static final float MEAN = SplitMix.MAX_SUM / 2;

  private static final double DEVIATION = Math.sqrt((65536.0 * 65536.0 - 1) / 3);

  private final long seed;

  /**
   * Creates a generator of initial values for the parameter {@code name}. All parameters of a model
   * use the same {@code seed}.
   */
  public Initializer(long seed, String name) {
    this.seed = SplitMix.seed(seed, name);
  }

  /**
   * Returns the initial value of the element at a position of the whole tensor. The initial values
   * are approximately normally distributed, with mean 0 and standard deviation {@code std}.
   */
  public float normal(long position, double std) {
    int sum = SplitMix.sumOfUniforms(SplitMix.at(seed, position));
    return (sum - MEAN) * (float) (std / DEVIATION);
  }
}
