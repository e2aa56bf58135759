package perseus.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import perseus.recording.AtomicFiles;
import perseus.recording.InputException;
import perseus.recording.RunManifest;

/**
 * A run directory in the making. Nothing appears in it under its final name before the run is over;
 * closing removes what was kept meanwhile.
 */
final class RunRecording implements AutoCloseable {
  private static final Pattern LOG = Pattern.compile("(?:instructions|time-energy)-(\\d+)\\.csv");

  private final Path directory;
  private final Path scratch;
  private final List<RankRecording> ranks = new ArrayList<>();

  /**
   * @param directory created if it is not there
   * @throws InputException if nothing can be written there
   */
  RunRecording(Path directory) {
    this.directory = directory;
    AtomicFiles.createDirectories(directory);
    try {
      this.scratch = Files.createTempDirectory(directory.toAbsolutePath(), ".tmp-recording-");
    } catch (IOException e) {
      throw new InputException(
          "The output directory "
              + directory
              + " cannot be written: "
              + AtomicFiles.reason(e)
              + ".",
          e);
    }
  }

  /** Starts the logs of one more rank; ranks come in order. */
  RankRecording addRank() {
    RankRecording rank = new RankRecording(ranks.size(), scratch);
    ranks.add(rank);
    return rank;
  }

  /**
   * Puts all files under their names, the manifest last.
   *
   * @return their paths
   */
  List<Path> publish(RunManifest manifest) {
    List<Path> written = new ArrayList<>();
    for (RankRecording rank : ranks) {
      rank.publish(directory, written);
    }
    removeOtherRuns(ranks.size());
    Path file = directory.resolve(RunManifest.FILE_NAME);
    AtomicFiles.write(file, manifest.toJson());
    written.add(file);
    return written;
  }

  /** A former run in the same directory with more ranks would make this one's logs ambiguous. */
  private void removeOtherRuns(int worldSize) {
    if (!Files.exists(directory.resolve(RunManifest.FILE_NAME))) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.csv")) {
      for (Path file : files) {
        Matcher log = LOG.matcher(file.getFileName().toString());
        if (log.matches()
            && log.group(1).length() < 10
            && Integer.parseInt(log.group(1)) >= worldSize) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new InputException(
          "A former run's files in " + directory + " cannot be removed: " + e.getMessage() + ".",
          e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.list(scratch)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.delete(file);
      }
      Files.delete(scratch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
