package perseus.cli.interruption;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Creates the sentence that tells the user which results an interrupted command has left in its
 * output directory.
 */
public final class InterruptedOutput {
  private InterruptedOutput() {}

  /**
   * Returns a sentence that says whether an interrupted command has changed its output directory.
   * Commands write files under temporary names, and rename them when all files are complete.
   *
   * @param plansWritten whether all plans were written before the interruption
   */
  public static String kept(Path directory, boolean plansWritten) {
    String sentence =
        plansWritten
            ? "Interrupted while charts were drawn: the plans in %s are complete, but charts may be missing or show earlier plans."
            : hasUnfinished(directory)
                ? "Interrupted while plans were written: %s may hold a part of them. Run the command again."
                : "Interrupted: nothing was written to %s. Earlier results there are unchanged.";
    return sentence.formatted(directory);
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
