package perseus.cli.analyze;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a GPU draws while it waits, measured in point-to-point communication.
 *
 * @param gpu the part of a GPU's name that tells which it is
 * @param watts its power while it waits
 */
record KnownBlockingPower(String gpu, double watts) {
  private static final List<KnownBlockingPower> KNOWN =
      List.of(new KnownBlockingPower("A100", 83.64), new KnownBlockingPower("A40", 70.38));

  /** That of the GPU that a text names; null names none. */
  static Optional<KnownBlockingPower> in(String text) {
    String upper = text == null ? "" : text.toUpperCase(Locale.ROOT);
    return KNOWN.stream().filter(known -> upper.contains(known.gpu)).findFirst();
  }

  /** That of the GPU that a directory's name tells, else its parent's, and so on up. */
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
