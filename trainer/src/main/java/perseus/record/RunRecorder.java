package perseus.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.recording.run.RunManifest;

/**
 * Writes the files of a run directory: the logs of all ranks and the manifest run.json. During the
 * run, the logs are in a directory of temporary files inside the run directory. At the end of the
 * run, the logs are moved from the directory of temporary files into the run directory. The method
 * {@link #close} removes the directory of temporary files.
 */
public final class RunRecorder implements AutoCloseable {
  /**
   * Unix time in seconds at which the virtual clock of a simulation is 0: 2023-11-14 22:13:20 UTC.
   * This Unix time is constant, so that two simulations with the same seed write identical files.
   */
  public static final long EPOCH_SECONDS = 1_700_000_000L;

  private static final int MAX_REMOVAL_ATTEMPTS = 1000;

  private final Path directory;

  /**
   * Directories that this run has created, innermost first. At the end of the run, the empty
   * directories in {@code created} are removed.
   */
  private final List<Path> created;

  private final Path scratch;
  private final List<RankRecorder> ranks = new ArrayList<>();
  private final Thread cleaner = new Thread(this::removeScratch);

  /**
   * Creates the run directory, and a directory of temporary files inside the run directory.
   *
   * @throws UserError if no file can be written into the run directory
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
    // The shutdown hook removes the directory of temporary files if the user interrupts the run.
    Runtime.getRuntime().addShutdownHook(cleaner);
  }

  /**
   * Returns the path of the directory of temporary files inside the run directory. Ranks in other
   * processes write their logs into the directory of temporary files.
   */
  public Path scratch() {
    return scratch;
  }

  /**
   * Starts the logs of the next simulated rank. The first call of {@code addRank} is for rank 0.
   *
   * @param chunks number of pipeline stages that the rank holds
   */
  public RankRecorder addRank(int chunks) {
    RankRecorder rank =
        new RankRecorder(
            ranks.size(), scratch, EPOCH_SECONDS * RankRecorder.TICKS_PER_SECOND, chunks);
    ranks.add(rank);
    return rank;
  }

  /**
   * Writes all files of the run directory. The manifest run.json is written after all logs. If this
   * run writes no logs and the run directory contains logs of an earlier run, the method {@code
   * publish} writes nothing.
   *
   * @return the paths of the files that the method has written
   */
  public List<Path> publish(RunManifest manifest) {
    List<Path> written = new ArrayList<>();
    if (ranks.isEmpty() && Files.exists(LogFile.INSTRUCTIONS.in(directory, 0))) {
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

  /**
   * Moves the logs of one rank from the directory of temporary files into the run directory. The
   * rank runs in another process.
   */
  public void moveLogs(int rank) {
    for (Path log : LogFile.existing(scratch, rank)) {
      AtomicFiles.replace(
          directory.resolve(log.getFileName()), temporary -> Files.move(log, temporary));
    }
  }

  /**
   * Removes the manifest run.json and the logs of an earlier run from the run directory. The
   * manifest run.json is removed before the logs, because logs without a manifest are ignored.
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

  /** Removes the logs of an earlier run for ranks that this run does not have. */
  private void removeSurplusLogs() {
    if (!ranks.isEmpty() && Files.exists(directory.resolve(RunManifest.FILE_NAME))) {
      removeLogs(ranks.size());
    }
  }

  private void removeLogs(int firstRank) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.csv")) {
      for (Path file : files) {
        if (LogFile.rankOf(file).orElse(-1) >= firstRank) {
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
      // If the Java program is already shutting down, the shutdown hook cannot be removed.
    }
  }

  /**
   * Removes the directory of temporary files and all empty directories that this run has created.
   * The removal is repeated up to 1000 times, because ranks may still write into the directory.
   */
  private synchronized void removeScratch() {
    for (int attempt = 1; Files.exists(scratch); attempt++) {
      try {
        AtomicFiles.delete(scratch);
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
        // The directory cannot be removed because it contains files.
        return;
      }
    }
  }
}
