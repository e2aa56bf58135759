package perseus.gpu.clock.lease;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import perseus.io.UserError;

/**
 * Reserves one GPU for a run, so that no other run sets its clocks. The reservation is a lease
 * file, whose name contains the UUID of the GPU. The process that reserves the GPU keeps a lock of
 * the operating system on the lease file until the process ends.
 *
 * <p>Only the lock of the operating system shows whether the process that has reserved the GPU is
 * alive. The process ID in the lease file is only shown to users, because the operating system
 * reuses process IDs. An empty lease file without a lock does not reserve the GPU.
 */
public final class ClockLease {
  private static final Set<Path> OPEN = new HashSet<>();

  private final Path path;
  private final String gpu;
  private final LeaseFile file;
  private String found;
  private Path elsewhere;
  private boolean written;

  private ClockLease(Path path, String gpu, LeaseFile file) {
    this.path = path;
    this.gpu = gpu;
    this.file = file;
    this.found = file.text();
  }

  /**
   * Reserves a GPU, but does not write the lease file. If the lease file already has content, a
   * killed run has left it: see {@link #dead} and {@link #isDamaged}.
   *
   * @param directory an existing directory that {@link LeasePlaces} has checked
   * @param gpu UUID of the GPU
   * @throws LeaseHeldException if another process that is alive has reserved the GPU
   * @throws UserError if the lease file cannot be created or opened, or is not a regular file
   */
  public static ClockLease take(Path directory, String gpu) {
    Path path = reserve(directory, gpu);
    ClockLease lease = null;
    try {
      LeaseFile file = LeaseFile.open(path);
      if (!file.isLocked()) {
        throw held(path, gpu, file.text());
      }
      lease = new ClockLease(path, gpu, file);
      return lease;
    } catch (IOException e) {
      throw unusable(path, e);
    } finally {
      if (lease == null) {
        forget(path);
      }
    }
  }

  /**
   * Checks that no process has reserved the GPU by a lease file in another directory. If the given
   * directory contains the lease file of a process that has died, {@link #dead} later returns the
   * content of the file.
   *
   * @throws LeaseHeldException if a process that is alive has reserved the GPU
   */
  void checkFreeIn(Path directory) {
    Path other = reserve(directory, gpu);
    try (LeaseFile opened = LeaseFile.look(other)) {
      if (!opened.isLocked()) {
        throw held(other, gpu, opened.text());
      }
      if (found.isBlank() && LeaseRecord.parse(opened.text()).isPresent()) {
        found = opened.text();
        elsewhere = other;
      }
    } catch (IOException e) {
      // The lease file is missing, or is a link or not a regular file.
    } finally {
      forget(other);
    }
  }

  private static Path reserve(Path directory, String gpu) {
    if (!gpu.matches("[A-Za-z0-9_-]+")) {
      throw new UserError(
          "'%s' is not the UUID of a GPU, so no lease can be created for it. Choose GPUs by their UUIDs."
              .formatted(gpu.replaceAll("\\p{C}", " ")));
    }
    Path path = directory.resolve(fileName(gpu));
    synchronized (OPEN) {
      if (!OPEN.add(path)) {
        throw new LeaseHeldException(
            "GPU %s is in use by another run in this process (%d). Wait until that run ends."
                .formatted(gpu, ProcessHandle.current().pid()),
            false);
      }
    }
    return path;
  }

  private static void forget(Path path) {
    synchronized (OPEN) {
      OPEN.remove(path);
    }
  }

  public static String fileName(String gpu) {
    return gpu + ".json";
  }

  private static LeaseHeldException held(Path path, String gpu, String text) {
    Optional<LeaseRecord> record = LeaseRecord.parse(text);
    if (record.isPresent() && record.get().givingBack()) {
      return new LeaseHeldException(
          "The clocks of GPU %s are being reset, because a run was killed. Try again in 15 seconds."
              .formatted(gpu),
          true);
    }
    String holder = record.map(LeaseRecord::holder).orElse("an unknown process");
    return new LeaseHeldException(
        "GPU %s is in use by another run: %s. Wait until that run ends, or choose another GPU. The lease is the file %s."
            .formatted(gpu, holder, path),
        false);
  }

  private static UserError unusable(Path path, IOException e) {
    return new UserError(
        "The lease file %s cannot be used: %s. Without a lease, no clock is set. Remove the file if it is not a lease, free disk space, or set the environment variable %s to another local directory."
            .formatted(path, reason(e), LeasePlaces.VARIABLE),
        e);
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "no permission";
    }
    String reason = e instanceof FileSystemException system ? system.getReason() : e.getMessage();
    return reason == null ? e.toString() : reason;
  }

  public Path path() {
    return path;
  }

  /**
   * Returns the content of the lease file that a killed process has left; empty if no process has
   * left one.
   */
  public Optional<LeaseRecord> dead() {
    return LeaseRecord.parse(found).filter(record -> record.gpu().equals(gpu));
  }

  /**
   * Returns true if the lease file had content that cannot be read as JSON with the fields of
   * {@link LeaseRecord}.
   */
  public boolean isDamaged() {
    return !found.isBlank() && dead().isEmpty();
  }

  /**
   * @throws UserError if the lease file cannot be written; the file is then empty
   */
  public void write(LeaseRecord record) {
    try {
      file.write(record.toJson());
      written = true;
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  /**
   * Ends the reservation of a GPU whose clock was never set. If the lease file contains the record
   * of a process that has died, the file stays.
   */
  public void giveUp() {
    if (found.isBlank() || written) {
      release();
    } else {
      keep();
    }
  }

  /** Removes the lease file after the GPU was reset, and ends the reservation. */
  public void release() {
    if (elsewhere != null) {
      try {
        Files.deleteIfExists(elsewhere);
      } catch (IOException e) {
        // The lease file of a killed run belongs to another user and cannot be removed. The next
        // run of the user who owns the lease file resets the GPU once more.
      }
    }
    file.remove();
    keep();
  }

  /**
   * Ends the reservation but keeps the lease file, because the GPU could not be reset. The next
   * process that reserves the GPU resets it.
   */
  public void keep() {
    file.close();
    forget(path);
  }
}
