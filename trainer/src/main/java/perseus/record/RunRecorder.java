package perseus.record;

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
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.recording.run.RunManifest;

/**
 * Writes a run directory. During the run, logs are kept in a scratch directory inside it; they get
 * their final names when the run is over. Closing removes the scratch directory.
 */
public final class RunRecorder implements AutoCloseable {
  private static final Pattern LOG = Pattern.compile("(?:instructions|time-energy)-(\\d+)\\.csv");

  /**
   * Unix time of the virtual clock's time 0 (2023-11-14 22:13:20 UTC). It is fixed, so that runs
   * with the same seed write the same bytes.
   */
  private static final long EPOCH_SECONDS = 1_700_000_000L;

  private static final int MAX_REMOVAL_ATTEMPTS = 1000;

  private final Path directory;

  /** The directories that this run creates, innermost first; empty ones are removed at the end. */
  private final List<Path> created;

  private final Path scratch;
  private final List<RankRecorder> ranks = new ArrayList<>();
  private final Thread cleaner = new Thread(this::removeScratch);

  /**
   * Creates the run directory and a scratch directory in it.
   *
   * @param directory the run directory; it may exist
   * @throws UserError if the directory cannot be written
   */
  public RunRecorder(Path directory) {
    this.directory = directory;
    this.created = missing(directory);
    AtomicFiles.createDirectories(directory);
    try {
      this.scratch = Files.createTempDirectory(directory.toAbsolutePath(), ".tmp-recording-");
    } catch (IOException e) {
      throw new UserError(
          "The output directory "
              + directory
              + " cannot be written: "
              + AtomicFiles.reason(e)
              + ".",
          e);
    }
    // The hook removes the scratch directory if the user interrupts the run.
    Runtime.getRuntime().addShutdownHook(cleaner);
  }

  /** Returns the scratch directory, in which ranks in other processes write their logs. */
  public Path scratch() {
    return scratch;
  }

  /**
   * Starts the logs of the next rank on the virtual clock, beginning with rank 0.
   *
   * @param chunks number of stages of the rank
   */
  public RankRecorder addRank(int chunks) {
    RankRecorder rank =
        new RankRecorder(
            ranks.size(), scratch, EPOCH_SECONDS * RankRecorder.TICKS_PER_SECOND, chunks);
    ranks.add(rank);
    return rank;
  }

  /**
   * Writes all files under their final names, the manifest last. A run without logs writes nothing
   * if the directory holds the recording of another run.
   *
   * @return the paths of the written files
   */
  public List<Path> publish(RunManifest manifest) {
    List<Path> written = new ArrayList<>();
    if (ranks.isEmpty() && Files.exists(directory.resolve("instructions-0.csv"))) {
      return written;
    }
    for (RankRecorder rank : ranks) {
      written.addAll(rank.publish(directory));
    }
    removeSurplusLogs();
    Path file = directory.resolve(RunManifest.FILE_NAME);
    AtomicFiles.write(file, manifest.toJson());
    written.add(file);
    return written;
  }

  /** Moves the logs that a rank in another process has written into {@link #scratch()}. */
  public void moveLogs(int rank) {
    for (Path log : RankRecorder.logs(directory, rank)) {
      AtomicFiles.replace(
          log, temporary -> Files.move(scratch.resolve(log.getFileName()), temporary));
    }
  }

  /**
   * Removes the recording that this run overwrites. Its manifest is removed first, because without
   * it the remaining files do not count as a recording.
   */
  public void removeEarlierRecording() {
    try {
      if (Files.deleteIfExists(directory.resolve(RunManifest.FILE_NAME))) {
        removeLogs(0);
      }
    } catch (IOException e) {
      throw cannotRemove(e);
    }
  }

  /**
   * Removes the logs of ranks that this run does not have. They belong to an overwritten recording
   * with more ranks, and would be read as logs of this run.
   */
  private void removeSurplusLogs() {
    if (!ranks.isEmpty() && Files.exists(directory.resolve(RunManifest.FILE_NAME))) {
      removeLogs(ranks.size());
    }
  }

  private void removeLogs(int firstRank) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.csv")) {
      for (Path file : files) {
        Matcher log = LOG.matcher(file.getFileName().toString());
        if (log.matches()
            && log.group(1).length() < 10
            && Integer.parseInt(log.group(1)) >= firstRank) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw cannotRemove(e);
    }
  }

  private UserError cannotRemove(IOException e) {
    return new UserError(
        "Files of an earlier run in "
            + directory
            + " cannot be removed: "
            + AtomicFiles.reason(e)
            + ".",
        e);
  }

  private static List<Path> missing(Path directory) {
    List<Path> missing = new ArrayList<>();
    Path path = directory.toAbsolutePath();
    while (path != null && !Files.exists(path)) {
      missing.add(path);
      path = path.getParent();
    }
    return missing;
  }

  @Override
  public void close() {
    removeScratch();
    try {
      Runtime.getRuntime().removeShutdownHook(cleaner);
    } catch (IllegalStateException e) {
      // The program is already ending, and the hook has run or will run.
    }
  }

  /** Tries again until the directory is gone, because ranks may still write into it. */
  private synchronized void removeScratch() {
    for (int attempt = 1; Files.exists(scratch); attempt++) {
      try (Stream<Path> files = Files.list(scratch)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.deleteIfExists(file);
        }
        Files.deleteIfExists(scratch);
      } catch (IOException e) {
        if (attempt == MAX_REMOVAL_ATTEMPTS) {
          throw new UncheckedIOException(e);
        }
      }
    }
    for (Path parent : created) {
      try {
        Files.deleteIfExists(parent);
      } catch (IOException e) {
        // It is not empty: it holds the files of this run, or others.
        return;
      }
    }
  }
}
