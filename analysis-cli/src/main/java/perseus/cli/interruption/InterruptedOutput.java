package perseus.cli.interruption;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Says what an interrupted command has left in its output directory. */
public final class InterruptedOutput {
  private InterruptedOutput() {}

  /**
   * Returns a sentence that says whether an interrupted command has changed its output directory.
   * Commands write under temporary names, and rename the files when all are complete.
   */
  public static String kept(Path directory) {
    return hasUnfinished(directory)
        ? "Interrupted while the results were written: %s may hold a part of them. Run the command again."
            .formatted(directory)
        : "Interrupted: nothing was written to %s. Earlier results there are unchanged."
            .formatted(directory);
  }

  private static boolean hasUnfinished(Path directory) {
    String temporary = ".tmp" + ProcessHandle.current().pid() + "-";
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.anyMatch(entry -> entry.getFileName().toString().startsWith(temporary));
    } catch (IOException e) {
      return false;
    }
  }
}
