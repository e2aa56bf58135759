package perseus.attribution;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Published power of GPUs that wait for point-to-point transfers, where a recording cannot tell.
 */
final class PublishedBlockingPower {
  private PublishedBlockingPower() {}

  /** Watts of the GPU called {@code gpu}, as measured for the Perseus paper. */
  static OptionalDouble watts(String gpu) {
    String name = gpu.toLowerCase(Locale.ROOT);
    if (name.contains("a100")) {
      return OptionalDouble.of(83.64);
    }
    if (name.contains("a40")) {
      return OptionalDouble.of(70.38);
    }
    return OptionalDouble.empty();
  }
}
