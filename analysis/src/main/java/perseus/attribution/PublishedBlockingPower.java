package perseus.attribution;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Published power of a GPU while it waits for point-to-point communication, for GPUs whose blocking
 * power was not measured.
 *
 * <p>Source: the measurements of the Perseus paper (Chung et al., SOSP 2024) on A100 PCIe and A40.
 * The paper uses the value of the A100 PCIe for the A100 SXM too, and so does this table.
 *
 * @param gpu the part of a GPU's name that identifies the model, in upper case
 * @param watts blocking power of one GPU, in watts
 */
public record PublishedBlockingPower(String gpu, double watts) {
  private static final List<PublishedBlockingPower> TABLE =
      List.of(new PublishedBlockingPower("A100", 83.64), new PublishedBlockingPower("A40", 70.38));

  /** Finds the GPU that a text names, in any case; a text of null names none. */
  public static Optional<PublishedBlockingPower> namedIn(String text) {
    String upper = text == null ? "" : text.toUpperCase(Locale.ROOT);
    return TABLE.stream().filter(entry -> upper.contains(entry.gpu)).findFirst();
  }

  /**
   * Finds the GPU that the name of a directory contains, else the name of its parent, and so on.
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

  /** The table as a part of a sentence, such as "83.64 for an A100, 70.38 for an A40". */
  public static String listed() {
    return TABLE.stream()
        .map(entry -> entry.watts + " for an " + entry.gpu)
        .collect(Collectors.joining(", "));
  }
}
