package perseus.cli.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import perseus.io.UserError;
import perseus.recording.run.RunManifest;
import picocli.CommandLine.Option;

/** Flags of the output directory. */
final class OutputFlags {
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
   * The directory to write to.
   *
   * @param modelName name of the model, used in the default name
   * @param profiling whether a recording will be written
   * @throws UserError if the directory holds an earlier recording that would be overwritten
   */
  Path directory(String modelName, boolean profiling) {
    Path directory = outputDir == null ? defaultDirectory(modelName) : outputDir;
    if (profiling && !overwrite && Files.exists(directory.resolve(RunManifest.FILE_NAME))) {
      throw new UserError(
          "%s contains an earlier recording; choose another --output_dir, or give --overwrite."
              .formatted(directory));
    }
    return directory;
  }

  private static Path defaultDirectory(String modelName) {
    String date =
        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).format(LocalDateTime.now());
    return Path.of("runs", modelName + "-" + date);
  }
}
