package perseus.cli.analyze;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The published power of a GPU that waits in point-to-point communication.
 *
 * @param gpu part of the GPU's name by which it is recognized
 * @param watts blocking power of the GPU in watts
 */
record KnownBlockingPower(String gpu, double watts) {
  private static final List<KnownBlockingPower> KNOWN =
      List.of(new KnownBlockingPower("A100", 83.64), new KnownBlockingPower("A40", 70.38));

  /**
   * Returns the blocking power of the GPU that a text names.
   *
   * @param text text such as a GPU's name; null for none
   */
  static Optional<KnownBlockingPower> in(String text) {
    String upper = text == null ? "" : text.toUpperCase(Locale.ROOT);
    return KNOWN.stream().filter(known -> upper.contains(known.gpu)).findFirst();
  }

  /**
   * Returns the blocking power of the GPU that the name of a directory or of one of its parents
   * contains; the innermost name counts.
   */
  static Optional<KnownBlockingPower> in(Path directory) {
    for (Path path = directory.toAbsolutePath().normalize();
        path != null && path.getFileName() != null;
        path = path.getParent()) {
      Optional<KnownBlockingPower> known = in(path.getFileName().toString());
      if (known.isPresent()) {
        return known;
      }
    }
    return Optional.empty();
  }
}
