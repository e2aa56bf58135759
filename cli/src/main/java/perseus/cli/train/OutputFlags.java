package perseus.cli.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;
import perseus.cli.common.FlagGroup;
import perseus.io.OutputTarget;
import perseus.io.UserError;
import perseus.recording.run.RunManifest;
import picocli.CommandLine.Option;

/** Reads the flags that choose the output directory of a training run. */
@FlagGroup("Output")
public final class OutputFlags {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  @Option(
      names = "--output_dir",
      paramLabel = "DIR",
      description = "Directory to write to. Default: runs/MODEL-DATE.")
  private Path outputDir;

  @Option(
      names = "--overwrite",
      description = "Replace an earlier recording in the output directory.")
  private boolean overwrite;

  /**
   * Checks that the user has named the output directory. The default output directory would have a
   * different name on each host.
   *
   * @throws UserError if the user has not named the output directory
   */
  public void requireDirectory() {
    if (outputDir == null) {
      throw new UserError("A job on several hosts needs --output_dir, the same on all hosts.");
    }
  }

  /**
   * Returns the path of the output directory of a training run.
   *
   * @param modelName name of the model, which is part of the default name of the output directory
   * @param profiling whether the training run will write a recording
   * @throws UserError if the directory cannot be created, if its name contains a control character,
   *     or if the run may not overwrite an earlier recording in it
   */
  public Path directory(String modelName, boolean profiling) {
    Path directory = outputDir == null ? defaultDirectory(modelName) : outputDir;
    if (CONTROL.matcher(directory.toString()).find()) {
      throw new UserError(
          "--output_dir is '%s', whose name contains a line break or another control character (?); give it another name."
              .formatted(CONTROL.matcher(directory.toString()).replaceAll("?")));
    }
    OutputTarget.requireDirectory(directory);
    if (profiling && !overwrite && Files.exists(directory.resolve(RunManifest.FILE_NAME))) {
      throw new UserError(
          "%s contains an earlier recording; choose another --output_dir, or give --overwrite."
              .formatted(directory));
    }
    return directory;
  }

  /** Returns a sentence that says what an interrupted run has left in its output directory. */
  static String kept(Path directory) {
    return "Interrupted: no recording and no results of this run were written to %s."
        .formatted(directory);
  }

  private static Path defaultDirectory(String modelName) {
    String date =
        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).format(LocalDateTime.now());
    return Path.of("runs", modelName + "-" + date);
  }
}
