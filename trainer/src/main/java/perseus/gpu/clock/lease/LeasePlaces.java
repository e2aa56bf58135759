package perseus.gpu.clock.lease;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import perseus.io.UserError;

/**
 * Finds the directory for lease files (files that reserve GPUs for a run). The preferred directory
 * is {@code /run/perseus}, which is created if it is missing. If this process cannot write into
 * {@code /run/perseus}, the directory is {@code /tmp/perseus-leases}. Users can choose another
 * directory by the environment variable {@link #VARIABLE}.
 *
 * <p>All users may create files in the directory, but its sticky bit prevents users from removing
 * the files of others. A directory is refused if it is a link, or if its owner is neither root nor
 * the user of this process. A directory is also refused if users may remove the files of others.
 */
public final class LeasePlaces {
  /**
   * The environment variable that contains the path of the directory for lease files (files that
   * reserve GPUs).
   */
  public static final String VARIABLE = "PERSEUS_LEASE_DIR";

  private static final List<Path> DEFAULTS =
      List.of(Path.of("/run/perseus"), Path.of("/tmp/perseus-leases"));

  /** Maximum time to wait for another process that reserves a GPU only to reset it. */
  private static final Duration GIVING_BACK = Duration.ofSeconds(15);

  private static final int OTHERS_WRITE = 0022;
  private static final int STICKY = 01000;
  private static final int SHARED_MODE = 01777;

  private final List<Path> places;
  private final long user;

  /**
   * @param places directories for lease files, the preferred directory first
   * @param user effective user ID of this process
   */
  LeasePlaces(List<Path> places, long user) {
    this.places = places;
    this.user = user;
  }

  /**
   * Reads the directory for lease files from the environment variables.
   *
   * @throws UserError if the environment variable {@link #VARIABLE} does not contain a valid path
   */
  public static LeasePlaces of(Map<String, String> environment) {
    String given = environment.getOrDefault(VARIABLE, "");
    try {
      List<Path> places =
          given.isBlank() ? DEFAULTS : List.of(Path.of(given).toAbsolutePath().normalize());
      return new LeasePlaces(places, ThisUser.number());
    } catch (InvalidPathException e) {
      throw new UserError(
          "The environment variable %s does not name a directory: %s."
              .formatted(VARIABLE, e.getMessage()),
          e);
    }
  }

  /**
   * Reserves a GPU for the calling process. If another process reserves the GPU only to reset it,
   * the method {@code take} waits up to 15 seconds for the end of the reset.
   *
   * @throws LeaseHeldException if another run has reserved the GPU
   * @throws UserError if no directory for lease files can be used, or if the lease file cannot be
   *     created
   */
  public ClockLease take(String gpu) {
    long start = System.nanoTime();
    while (true) {
      try {
        return takeNow(gpu);
      } catch (LeaseHeldException e) {
        if (!e.givingBack() || System.nanoTime() - start > GIVING_BACK.toNanos()) {
          throw e;
        }
        Pause.of(Duration.ofMillis(100));
      }
    }
  }

  /**
   * Reserves a GPU by a lease file in the first directory that this process can use. Runs of other
   * users may use another directory, so the method {@code takeNow} also checks the lease files of
   * the GPU in all other directories.
   */
  private ClockLease takeNow(String gpu) {
    Path chosen = choose();
    ClockLease lease = ClockLease.take(chosen, gpu);
    try {
      for (Path place : places) {
        if (!place.equals(chosen) && Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
          lease.checkFreeIn(place);
        }
      }
      return lease;
    } catch (LeaseHeldException e) {
      lease.giveUp();
      throw e;
    }
  }

  private Path choose() {
    List<String> reasons = new ArrayList<>();
    for (Path place : places) {
      try {
        make(place);
        if (Files.isWritable(place)) {
          check(place);
          return place;
        }
        reasons.add(place + " cannot be written");
      } catch (IOException e) {
        reasons.add(place + " cannot be created (" + e.getMessage() + ")");
      }
    }
    throw new UserError(
        "There is no usable directory for the leases of GPUs: %s. Without a lease, no clock is set. Ask an administrator to run 'install -d -m 1777 /run/perseus', or set the environment variable %s to a local directory, or use --clock_control none."
            .formatted(String.join("; ", reasons), VARIABLE));
  }

  private static void make(Path place) throws IOException {
    if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.createDirectory(place);
      Files.setAttribute(place, "unix:mode", SHARED_MODE);
    } catch (FileAlreadyExistsException e) {
      // Another run has just created the directory.
    } catch (NoSuchFileException e) {
      throw new IOException("the directory above it is missing", e);
    }
  }

  private void check(Path place) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(place, "unix:isDirectory,uid,mode", LinkOption.NOFOLLOW_LINKS);
    int owner = (Integer) attributes.get("uid");
    int mode = (Integer) attributes.get("mode");
    if (!Boolean.TRUE.equals(attributes.get("isDirectory"))) {
      throw refused(place, "is a link or not a directory");
    }
    if (owner != 0 && owner != user) {
      throw refused(
          place, "belongs to another user (%d), who could remove leases".formatted(owner));
    }
    if ((mode & OTHERS_WRITE) != 0 && (mode & STICKY) == 0) {
      throw refused(place, "has no sticky bit, so every user could remove leases");
    }
  }

  private static UserError refused(Path place, String fault) {
    return new UserError(
        "The directory for leases, %s, %s. Without a lease, no clock is set. Remove it, or ask an administrator to run 'install -d -m 1777 /run/perseus', or set the environment variable %s to another local directory."
            .formatted(place, fault, VARIABLE));
  }
}
