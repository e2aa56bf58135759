package perseus.engine.virtual;

/** Random numbers that depend on where they are used, not on how many were drawn before. */
final class Noise {
  private Noise() {}

  /** A well mixed function of its arguments. */
  static long mix(long a, long b, long c) {
    return mix(mix(mix(a) + b) + c);
  }

  /**
   * A number with mean 0 and variance 1, between -3.5 and 3.5: the sum of four uniform ones, near
   * enough to a normal one for jitter.
   */
  static double gaussian(long a, long b, long c) {
    long bits = mix(a, b, c);
    long sum =
        (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48 & 0xffff);
    return (sum / 65535.0 - 2) * Math.sqrt(3);
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
