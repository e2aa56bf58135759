package perseus.attribution;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Holds the published blocking power of one GPU model: the power of the GPU while it waits for
 * point-to-point communication. The published value is used for a GPU whose blocking power was not
 * measured.
 *
 * <p>Source: measurements on A100 PCIe and A40 in the Perseus paper (Chung et al., SOSP 2024). The
 * Perseus paper and {@code PublishedBlockingPower} use the value of the A100 PCIe for the A100 SXM
 * too.
 *
 * @param gpu text in the name of a GPU that identifies the model, in upper case, such as {@code
 *     A100}
 * @param watts power in watts that one GPU draws while it waits (blocking power)
 */
public record PublishedBlockingPower(String gpu, double watts) {
  private static final List<PublishedBlockingPower> TABLE =
      List.of(new PublishedBlockingPower("A100", 83.64), new PublishedBlockingPower("A40", 70.38));

  /**
   * Returns the published blocking power (power while a GPU waits) of the GPU model whose name
   * occurs in {@code text}, in upper or lower case. Returns an empty value if {@code text} is null
   * or names no GPU model with a published blocking power.
   */
  public static Optional<PublishedBlockingPower> namedIn(String text) {
    String upper = text == null ? "" : text.toUpperCase(Locale.ROOT);
    return TABLE.stream().filter(entry -> upper.contains(entry.gpu)).findFirst();
  }

  /**
   * Returns the published blocking power of the GPU model whose name occurs in the name of a
   * directory. If the name of the directory contains no GPU model, the names of its parent
   * directories are searched. Returns an empty value if no searched name contains a GPU model with
   * a published blocking power.
   */
  public static Optional<PublishedBlockingPower> namedIn(Path directory) {
    for (Path path = directory.toAbsolutePath().normalize();
        path != null && path.getFileName() != null;
        path = path.getParent()) {
      Optional<PublishedBlockingPower> entry = namedIn(path.getFileName().toString());
      if (entry.isPresent()) {
        return entry;
      }
    }
    return Optional.empty();
  }

  /**
   * Returns all published blocking powers in watts as text for a sentence, such as "83.64 for an
   * A100, 70.38 for an A40".
   */
  public static String listed() {
    return TABLE.stream()
        .map(entry -> entry.watts + " for an " + entry.gpu)
        .collect(Collectors.joining(", "));
  }
}
