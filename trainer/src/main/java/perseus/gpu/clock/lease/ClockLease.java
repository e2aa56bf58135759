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
 * Holds the lease of one GPU: the right to set its clocks. The lease is a file with the GPU's UUID
 * as its name. The holder keeps a lock of the operating system on the file until the holder's
 * process ends.
 *
 * <p>Only this lock determines whether the holder is alive. The process ID in the file is only
 * shown to users, because the operating system reuses process IDs, and because processes of other
 * containers cannot be seen. An empty file that is not locked is not a lease.
 */
public final class ClockLease {
  /** The lease files that this process has opened. */
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
   * Takes the lease of a GPU, but does not write the lease file. If the file already has content,
   * this is the lease of a process that has died: see {@link #dead} and {@link #isDamaged}.
   *
   * @param directory an existing directory that {@link LeasePlaces} has checked
   * @param gpu UUID of the GPU
   * @throws LeaseHeldException if another process that is alive holds the lease
   * @throws UserError if the file cannot be created or opened, or is not a regular file
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
   * Checks that no process that is alive holds the lease of the same GPU in another directory, in
   * which this process may not write. If that directory contains the lease of a process that has
   * died, {@link #dead} returns this lease from now on.
   *
   * @throws LeaseHeldException if a process that is alive holds the lease
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
      // The file is missing or is not a lease. It is not an unreadable lease, because every user
      // can read leases.
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

  /** Returns the name of the lease file of a GPU. */
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

  /** Returns the path of the lease file. */
  public Path path() {
    return path;
  }

  /**
   * Returns the record of the process that held this lease before and has died; empty if there is
   * none.
   */
  public Optional<LeaseRecord> dead() {
    return LeaseRecord.parse(found).filter(record -> record.gpu().equals(gpu));
  }

  /** Returns whether the file had content that is not a lease when the lease was taken. */
  public boolean isDamaged() {
    return !found.isBlank() && dead().isEmpty();
  }

  /**
   * Writes the content of the lease file.
   *
   * @throws UserError if the file cannot be written. In this case the file is empty.
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
   * Ends the lease of a GPU whose clock was never set. If the file contains the lease of a process
   * that has died, the file stays.
   */
  public void giveUp() {
    if (found.isBlank() || written) {
      release();
    } else {
      keep();
    }
  }

  /** Removes the lease file and ends the lease, after the GPU was reset. */
  public void release() {
    if (elsewhere != null) {
      try {
        Files.deleteIfExists(elsewhere);
      } catch (IOException e) {
        // The file belongs to another user. The next run of that user resets the GPU once more.
      }
    }
    file.remove();
    keep();
  }

  /**
   * Ends the lease but keeps the lease file, because the GPU could not be reset. The next process
   * that takes the lease resets the GPU.
   */
  public void keep() {
    file.close();
    forget(path);
  }
}
