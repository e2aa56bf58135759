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
import perseus.io.AtomicFiles;
import perseus.io.UserError;

/**
 * The directory that contains the dumps of all jobs, while a server uses it. A server that was
 * killed while it wrote a dump leaves a file with a temporary name. The next server deletes such
 * files when it starts, unless another server may be writing them.
 *
 * <p>Several servers, also of several hosts, may share a directory. Each holds a shared lock on a
 * file in it. A server deletes leftovers only if it first gets an exclusive lock, which it cannot
 * while another server runs.
 */
public final class DumpDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DumpDirectory.class);
  private static final String LOCK_FILE = ".perseus-server.lock";

  /** Temporary names that {@link AtomicFiles} gives to the files of a dump. */
  private static final Pattern LEFTOVER =
      Pattern.compile(
          "\\.tmp(\\d{1,18})-([0-9a-f]{8}-)?((perseus|ranks|\\d+\\.sched|\\d+\\.prof|Zeus(Global|Local)[A-Za-z]+)"
              + "\\.json|profile\\.csv)");

  /** Maximum error of the time at which the system says that a process started. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

  /** Locks of this process; a process can lock a file only once, so its servers share the lock. */
  private static final Map<Path, Lock> LOCKS = new HashMap<>();

  private record Lock(FileChannel channel, int servers) {}

  private final Path directory;

  private DumpDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Creates the directory if it is missing, and deletes leftovers in it.
   *
   * @param directory the directory; null for none
   * @return null without a directory, or if it cannot be locked, which is logged
   * @throws UserError if the directory cannot be created or written to
   */
  public static DumpDirectory open(Path directory) {
    if (directory == null) {
      return null;
    }
    AtomicFiles.createDirectories(directory);
    if (!Files.isWritable(directory)) {
      throw new UserError(
          "Dumps cannot be written to %s: permission denied; choose another directory or write no dumps."
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
      // Waits only for a server that holds the exclusive lock to delete leftovers, which is short.
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
        Files.find(directory, 2, (file, attributes) -> attributes.isRegularFile())) {
      leftovers =
          files
              .filter(file -> !file.getParent().equals(directory))
              .filter(DumpDirectory::isLeftover)
              .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path leftover : leftovers) {
      Files.deleteIfExists(leftover);
      LOG.info("Deleted {}, the incomplete file of a server that was killed.", leftover);
    }
  }

  private static boolean isLeftover(Path file) {
    Matcher name = LEFTOVER.matcher(file.getFileName().toString());
    return name.matches() && !isBeingWritten(file, Long.parseLong(name.group(1)));
  }

  /**
   * Returns whether a process of that id runs on this host and started before the file was written.
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
