package perseus.engine.virtual;

import perseus.random.SplitMix;

/** Random deviations of simulated times. */
final class Noise {
  private Noise() {}

  /**
   * A random number with mean 0 and variance 1, between -3.5 and 3.5, that depends on all three
   * arguments. Its distribution is close to normal: it is the sum of four uniform numbers.
   */
  static double gaussian(long a, long b, long c) {
    int sum = SplitMix.sumOfUniforms(SplitMix.mix(a, b, c));
    return (sum / 65535.0 - 2) * Math.sqrt(3);
  }
}
