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
 * The directory of all dumps, for as long as a server runs. A server that was killed while it wrote
 * has left a file under a temporary name; the next one deletes it, unless another server may be
 * writing it now. Several servers may share a directory, also from several hosts: each holds a
 * shared lock on a file in it, and only who could have an exclusive one cleans up.
 */
public final class DumpDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DumpDirectory.class);
  private static final String LOCK = ".perseus-server.lock";

  /** What {@link AtomicFiles} calls a file of a dump before it is whole. */
  private static final Pattern LEFTOVER =
      Pattern.compile(
          "\\.tmp(\\d{1,18})-([0-9a-f]{8}-)?((perseus|ranks|\\d+\\.sched|\\d+\\.prof|Zeus(Global|Local)[A-Za-z]+)"
              + "\\.json|profile\\.csv)");

  /** By this much the start of a process may be misjudged. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

  /** Locks are held by processes: the servers of this one share theirs. */
  private static final Map<Path, Held> HELD = new HashMap<>();

  private record Held(FileChannel channel, int servers) {}

  private final Path directory;

  private DumpDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Makes the directory where it is missing and cleans it.
   *
   * @return null if there is none
   * @throws UserError if it cannot be made, or nothing can be written there
   */
  public static DumpDirectory open(Path directory) {
    if (directory == null) {
      return null;
    }
    AtomicFiles.createDirectories(directory);
    if (!Files.isWritable(directory)) {
      throw new UserError(
          "Dumps cannot be written to %s: permission denied; name another --dump-dir, or --no-dump."
              .formatted(directory));
    }
    synchronized (HELD) {
      try {
        Path real = directory.toRealPath();
        Held held = HELD.get(real);
        HELD.put(
            real,
            held == null ? new Held(lock(real), 1) : new Held(held.channel, held.servers + 1));
        return new DumpDirectory(real);
      } catch (IOException e) {
        LOG.warn("{} is not looked through for leftovers: {}.", directory, AtomicFiles.reason(e));
        return null;
      }
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    try {
      try (FileLock alone = channel.tryLock()) {
        if (alone != null) {
          clean(directory);
        } else {
          LOG.info("Another server dumps into {}: it is not cleaned.", directory);
        }
      }
      // Whoever has it to itself now is cleaning, which is soon over.
      channel.lock(0, Long.MAX_VALUE, true);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static void clean(Path directory) throws IOException {
    List<Path> leftovers;
    try (Stream<Path> files = Files.find(directory, 2, (file, about) -> about.isRegularFile())) {
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
      LOG.info("Deleted {}, which a server that was killed had begun.", leftover);
    }
  }

  private static boolean isLeftover(Path file) {
    Matcher name = LEFTOVER.matcher(file.getFileName().toString());
    return name.matches() && !isBeingWritten(file, Long.parseLong(name.group(1)));
  }

  /** Whether a process of that number runs here that is old enough to have begun the file. */
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
    synchronized (HELD) {
      Held held = HELD.remove(directory);
      if (held != null && held.servers > 1) {
        HELD.put(directory, new Held(held.channel, held.servers - 1));
      } else if (held != null) {
        try {
          held.channel.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
