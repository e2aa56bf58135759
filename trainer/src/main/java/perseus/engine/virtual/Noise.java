package perseus.engine.virtual;

import perseus.random.SplitMix;

/** Computes the random numbers that make simulated times vary around their mean. */
final class Noise {
  private Noise() {}

  /**
   * Returns a random number with mean 0 and variance 1, between -3.5 and 3.5. The random number
   * depends only on the three arguments. The distribution of the random number is close to normal,
   * because the random number is the scaled sum of four uniform random numbers.
   */
  static double gaussian(long a, long b, long c) {
    int sum = SplitMix.sumOfUniforms(SplitMix.mix(a, b, c));
    return (sum / 65535.0 - 2) * Math.sqrt(3);
  }
}
