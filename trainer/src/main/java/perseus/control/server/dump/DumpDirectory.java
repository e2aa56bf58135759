package perseus.control.server.dump;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perseus.control.NewPlans;
import perseus.io.AtomicFiles;
import perseus.io.UserError;

/**
 * Creates, cleans and locks the directory in which a plan server stores the state dumps of its
 * jobs. If a plan server is killed while it writes a state dump, a file with a temporary name
 * remains. The next plan server deletes files with temporary names when it starts, except files
 * that another server may still be writing.
 *
 * <p>Several plan servers may share a directory for state dumps, even servers on different hosts.
 * Each plan server holds a shared lock on a lock file in the directory for state dumps. A plan
 * server deletes files with temporary names only if it first gets an exclusive lock on the lock
 * file. No plan server can get the exclusive lock while another server uses the directory for state
 * dumps.
 */
public final class DumpDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DumpDirectory.class);
  private static final String LOCK_FILE = ".perseus-server.lock";

  /**
   * Pattern of the temporary names that the class {@link AtomicFiles} gives to files while they are
   * written.
   */
  private static final Pattern LEFTOVER =
      Pattern.compile(
          "\\.tmp(\\d{1,18})-([0-9a-f]{8}-)?((perseus|ranks|totals|replans|\\d+\\.sched|\\d+\\.prof|Zeus(Global|Local)[A-Za-z]+)"
              + "\\.json|profile\\.csv)");

  /** Pattern of the temporary names of directories with plans. */
  private static final Pattern LEFTOVER_PLANS =
      Pattern.compile("\\.tmp(\\d{1,18})-[0-9a-f]{8}-" + NewPlans.PREFIX + "\\d+");

  /** Maximum error in the start time that the operating system reports for a process. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

  /**
   * File locks that the calling process holds, by the directory of the locked file. A process can
   * lock a file only once, so all plan servers of a process share one lock of the file.
   */
  private static final Map<Path, Lock> LOCKS = new HashMap<>();

  private record Lock(FileChannel channel, int servers) {}

  private final Path directory;

  private DumpDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Creates and locks the directory for state dumps, and deletes temporary files of killed servers
   * in it.
   *
   * @param directory the directory for state dumps; null if the server writes no state dumps
   * @return the locked directory; null if there is no directory or if it cannot be locked, which is
   *     logged
   * @throws UserError if the directory cannot be created or written
   */
  public static DumpDirectory open(Path directory) {
    if (directory == null) {
      return null;
    }
    AtomicFiles.createDirectories(directory);
    if (!Files.isWritable(directory)) {
      throw new UserError(
          "Schedules and results cannot be written to %s: permission denied. Give another directory (--dump-dir), or write none (--no-dump)."
              .formatted(directory));
    }
    synchronized (LOCKS) {
      try {
        Path real = directory.toRealPath();
        Lock lock = LOCKS.get(real);
        LOCKS.put(
            real,
            lock == null ? new Lock(lock(real), 1) : new Lock(lock.channel, lock.servers + 1));
        return new DumpDirectory(real);
      } catch (IOException e) {
        LOG.warn("Leftovers in {} are not deleted: {}.", directory, AtomicFiles.reason(e));
        return null;
      }
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK_FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    try {
      try (FileLock exclusive = channel.tryLock()) {
        if (exclusive != null) {
          deleteLeftovers(directory);
        } else {
          LOG.info("Leftovers in {} are not deleted: another server uses it.", directory);
        }
      }
      // The call of lock waits only while another server holds the exclusive lock on the file. A
      // server holds the exclusive lock only for a short time, to delete temporary files of killed
      // servers.
      channel.lock(0, Long.MAX_VALUE, true);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static void deleteLeftovers(Path directory) throws IOException {
    List<Path> leftovers;
    try (Stream<Path> files =
        Files.find(
            directory,
            2,
            (file, attributes) -> attributes.isRegularFile() || attributes.isDirectory())) {
      leftovers =
          files
              .filter(file -> !file.getParent().equals(directory))
              .filter(DumpDirectory::isLeftover)
              .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path leftover : leftovers) {
      AtomicFiles.delete(leftover);
      LOG.info("Deleted {}, which a killed server had not finished.", leftover);
    }
  }

  private static boolean isLeftover(Path file) {
    Pattern pattern = Files.isDirectory(file) ? LEFTOVER_PLANS : LEFTOVER;
    Matcher name = pattern.matcher(file.getFileName().toString());
    return name.matches() && !isBeingWritten(file, Long.parseLong(name.group(1)));
  }

  /**
   * Returns whether a running process with the given id may still be writing the given file. A
   * process that started after the last write of the file cannot be its writer.
   */
  private static boolean isBeingWritten(Path file, long pid) {
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    if (process.isEmpty()) {
      return false;
    }
    try {
      Instant written = Files.getLastModifiedTime(file).toInstant().plus(CLOCK_TOLERANCE);
      return process
          .flatMap(found -> found.info().startInstant())
          .map(started -> started.isBefore(written))
          .orElse(true);
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() {
    synchronized (LOCKS) {
      Lock lock = LOCKS.remove(directory);
      if (lock != null && lock.servers > 1) {
        LOCKS.put(directory, new Lock(lock.channel, lock.servers - 1));
      } else if (lock != null) {
        try {
          lock.channel.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
