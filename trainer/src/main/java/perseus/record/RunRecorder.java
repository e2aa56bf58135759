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
 * A run directory in the making. Nothing appears in it under its final name before the run is over;
 * closing removes what was kept meanwhile.
 */
public final class RunRecorder implements AutoCloseable {
  private static final Pattern LOG = Pattern.compile("(?:instructions|time-energy)-(\\d+)\\.csv");

  /**
   * What the virtual clock's zero is called in the files (2023-11-14 22:13:20 UTC): fixed, so that
   * a run with the same seed writes the same bytes.
   */
  private static final long EPOCH_SECONDS = 1_700_000_000L;

  private static final int REMOVAL_ATTEMPTS = 1000;

  private final Path directory;

  /** The directories that this run created, innermost first: removed where the run fails. */
  private final List<Path> missing;

  private final Path scratch;
  private final List<RankRecorder> ranks = new ArrayList<>();
  private final Thread cleaner = new Thread(this::removeScratch);

  /**
   * @param directory created if it is not there
   * @throws UserError if nothing can be written there
   */
  public RunRecorder(Path directory) {
    this.directory = directory;
    this.missing = missing(directory);
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
    // A run that the user interrupts leaves nothing behind either.
    Runtime.getRuntime().addShutdownHook(cleaner);
  }

  /** Where ranks in other processes keep their logs, and write them when the run is over. */
  public Path scratch() {
    return scratch;
  }

  /**
   * Starts the logs of one more rank on the virtual clock, in this process; ranks come in order.
   *
   * @param chunks how many stages the rank has
   */
  public RankRecorder addRank(int chunks) {
    RankRecorder rank =
        new RankRecorder(
            ranks.size(), scratch, EPOCH_SECONDS * RankRecorder.TICKS_PER_SECOND, chunks);
    ranks.add(rank);
    return rank;
  }

  /**
   * Puts all files under their names, the manifest last. A run without logs, into a directory that
   * holds another run's, leaves that recording and its manifest as they are.
   *
   * @return the paths of the files written
   */
  public List<Path> publish(RunManifest manifest) {
    List<Path> written = new ArrayList<>();
    if (ranks.isEmpty() && Files.exists(directory.resolve("instructions-0.csv"))) {
      return written;
    }
    for (RankRecorder rank : ranks) {
      rank.publish(directory, written);
    }
    removeFurtherRanks();
    Path file = directory.resolve(RunManifest.FILE_NAME);
    AtomicFiles.write(file, manifest.toJson());
    written.add(file);
    return written;
  }

  /**
   * Moves the logs that a rank in another process has written into {@link #scratch()} to their
   * place.
   */
  public void moveLogs(int rank) {
    for (Path log : logs(directory, rank)) {
      AtomicFiles.replace(
          log, temporary -> Files.move(scratch.resolve(log.getFileName()), temporary));
    }
  }

  /** The two logs of a rank in a run directory. */
  public static List<Path> logs(Path directory, int rank) {
    return List.of(
        directory.resolve("instructions-" + rank + ".csv"),
        directory.resolve("time-energy-" + rank + ".csv"));
  }

  /**
   * Removes the recording that this one overwrites, its manifest first, so that no file of it is
   * taken for this run's.
   */
  public void removeFormerLogs() {
    try {
      if (Files.deleteIfExists(directory.resolve(RunManifest.FILE_NAME))) {
        removeLogs(0);
      }
    } catch (IOException e) {
      throw new UserError(
          "A former run's files in "
              + directory
              + " cannot be removed: "
              + AtomicFiles.reason(e)
              + ".",
          e);
    }
  }

  /**
   * Removes what is left of a recording that this one has overwritten and that had more ranks: its
   * logs would be taken for this run's.
   */
  private void removeFurtherRanks() {
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
      throw new UserError(
          "A former run's files in " + directory + " cannot be removed: " + e.getMessage() + ".",
          e);
    }
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
      // The program is ending already, and the hook has run or will.
    }
  }

  /** While the program ends, ranks may still spill: tries again until the directory is gone. */
  private synchronized void removeScratch() {
    for (int attempt = 1; Files.exists(scratch); attempt++) {
      try (Stream<Path> files = Files.list(scratch)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.deleteIfExists(file);
        }
        Files.deleteIfExists(scratch);
      } catch (IOException e) {
        if (attempt == REMOVAL_ATTEMPTS) {
          throw new UncheckedIOException(e);
        }
      }
    }
    for (Path created : missing) {
      try {
        Files.deleteIfExists(created);
      } catch (IOException e) {
        // It holds the run's files, or somebody else's.
        return;
      }
    }
  }
}
