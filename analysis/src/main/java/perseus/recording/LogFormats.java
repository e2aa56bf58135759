package perseus.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import perseus.extension.Registry;
import perseus.io.AtomicFiles;
import perseus.io.Named;
import perseus.io.UserError;
import perseus.io.kind.PathKind;
import perseus.io.kind.WrongPath;
import perseus.recording.csv.CsvLogFormat;
import perseus.recording.run.LogFormat;

/**
 * Lists all implementations of {@link LogFormat}, and finds the one that can read the logs in a
 * directory.
 *
 * <p>To add a log format, implement {@link LogFormat} and add the class to the list in {@code
 * LogFormats}. An extension can add a log format that is not part of this project ({@link
 * Registry}).
 */
public final class LogFormats {
  private static final Registry<LogFormat> REGISTRY =
      Registry.of("log format", LogFormat.class, LogFormat::name, List.of(new CsvLogFormat()));

  private LogFormats() {}

  /**
   * Returns the names of all log formats.
   *
   * @throws UserError if an extension with a log format cannot be used
   */
  public static List<String> names() {
    return REGISTRY.names();
  }

  /**
   * Returns the first log format that recognizes the name of at least one file in a directory.
   *
   * @throws UserError if the directory cannot be read or holds no known log, or if an extension
   *     with a log format cannot be used
   */
  public static LogFormat of(Path directory) {
    List<String> files = fileNames(directory);
    for (LogFormat format : REGISTRY.all()) {
      if (files.stream().anyMatch(format::isLog)) {
        return format;
      }
    }
    String compressed = "";
    for (LogFormat format : REGISTRY.all()) {
      String archive = format.fileNames(0).get(0) + ".gz";
      if (files.contains(archive)) {
        compressed = " Unpack " + archive + " and the other compressed files first.";
      }
    }
    throw new UserError(
        WrongPath.sentence(
                directory,
                "a recording: there are no files such as " + examples(),
                PathKind.RECORDING)
            + compressed);
  }

  /**
   * Returns examples of the names of log files as text, such as "instructions-0.csv and
   * time-energy-0.csv".
   */
  public static String examples() {
    return REGISTRY.all().stream()
        .map(format -> Named.list(format.fileNames(0)))
        .collect(Collectors.joining(" or "));
  }

  private static List<String> fileNames(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw AtomicFiles.unreadable(directory, e);
    }
  }

  /** Returns whether a file with the given name is a log of any known log format. */
  public static boolean isLog(String fileName) {
    return REGISTRY.all().stream().anyMatch(format -> format.isLog(fileName));
  }
}
