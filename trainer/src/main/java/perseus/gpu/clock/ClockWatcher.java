package perseus.gpu.clock;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.OpenGpus;
import perseus.gpu.clock.lease.ClockLease;
import perseus.gpu.clock.lease.LeaseHeldException;
import perseus.gpu.clock.lease.LeaseRecord;
import perseus.gpu.clock.lease.Pause;
import perseus.io.UserError;
import perseus.io.UserHome;
import perseus.wire.Daemon;

/**
 * Resets the GPUs of a run if the launcher (the process that starts the ranks) of the run is
 * killed. This class is the main class of a small process that the launcher starts. The process
 * reads lines from its standard input: first the {@link WatcherSettings}, then a line for each
 * process of a rank, and {@link #DONE} as the last line.
 *
 * <p>If the standard input ends without {@link #DONE}, the launcher has been killed. Then the
 * watcher takes the leases (the rights to set clocks), waits until the ranks have ended, and kills
 * the ranks that do not end. After this, it resets the GPUs and removes the leases. All steps
 * together take at most 10 seconds. If another run has taken the lease of a GPU in the meantime,
 * that run has also reset the GPU. The watcher does not reset such a GPU.
 *
 * <p>The watcher ignores SIGINT, SIGTERM and SIGHUP, and runs in its own session, because these
 * signals are sent to all processes of a terminal or of a Slurm job.
 */
final class ClockWatcher {
  /** The line that this process (the watcher) prints when it is ready. */
  static final String READY = "ready";

  /**
   * First word of a line that contains the process ID and the start time (Unix time in
   * milliseconds) of a rank.
   */
  static final String RANK = "rank";

  /** The line after which this process (the watcher) ends without a reset of GPUs. */
  static final String DONE = "done";

  /**
   * Maximum time from the end of the launcher (the process that starts the ranks) until the watcher
   * ends.
   */
  private static final Duration ALL = Duration.ofMillis(9_800);

  /**
   * After the launcher (the process that starts the ranks) has ended, the operating system releases
   * its locks on lease files within this time.
   */
  private static final Duration LEASES = Duration.ofSeconds(1);

  private static final Duration RANKS = Duration.ofSeconds(5);
  private static final Duration REHEARSAL = Duration.ofSeconds(30);
  private static final Duration RESET = Duration.ofMillis(1_400);

  /**
   * The last reset ends within this time after the end of the launcher (the process that starts the
   * ranks).
   */
  private static final Duration LAST_RESET = Duration.ofMillis(9_400);

  /**
   * A driver call of a killed rank may still take effect within this time, so the reset is
   * repeated.
   */
  private static final Duration BETWEEN_RESETS = Duration.ofMillis(500);

  /**
   * The watcher updates the modification times of the lease files at this period. Otherwise, a
   * program that removes old files from {@code /tmp} could remove the leases.
   */
  private static final Duration TOUCH = Duration.ofHours(1);

  private final WatcherSettings settings;
  private final Map<String, ClockSetter> setters = new HashMap<>();
  private final WatchedProcesses ranks = new WatchedProcesses();

  private ClockWatcher(WatcherSettings settings) {
    this.settings = settings;
    ClockControl control = ClockControl.parse(settings.clockControl(), Map.of());
    if (!(control instanceof ClockControl.Setting setting)) {
      throw new IllegalStateException("A watcher is not needed under " + control.text() + ".");
    }
    List<String> uuids = settings.gpus().stream().map(WatcherSettings.Leased::uuid).toList();
    ClockSetters way = setting.open();
    for (Gpu gpu : OpenGpus.of(settings.scheme(), uuids).gpus()) {
      setters.put(gpu.info().uuid(), way.of(gpu));
    }
  }

  public static void main(String[] arguments) throws IOException {
    UserHome.ensureAbsolute();
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    ClockWatcher watcher;
    try {
      LibC.ignoreEndingSignals();
      LibC.startSession();
      String line = input.readLine();
      if (line == null) {
        throw new UserError("this process is started by a launcher, not by hand");
      }
      watcher = new ClockWatcher(WatcherSettings.ofLine(line));
      watcher.rehearse();
    } catch (RuntimeException | LinkageError e) {
      System.out.println(e instanceof UserError ? e.getMessage() : e.toString());
      System.out.flush();
      Runtime.getRuntime().halt(1);
      return;
    }
    System.out.println(READY);
    System.out.flush();
    Runtime.getRuntime().halt(watcher.watch(input) ? 0 : 1);
  }

  /**
   * Executes once, before any clock is locked, all steps that this process executes if the launcher
   * (the process that starts the ranks) is killed. The rehearsal loads all classes, so that the
   * program's files may be replaced during the run. The rehearsal also checks whether this process
   * may reset the GPUs.
   *
   * @throws UserError if a GPU cannot be reset, or if a lease file cannot be created
   */
  private void rehearse() {
    List<ClockReset> resets =
        setters.values().stream().map(setter -> new ClockReset(setter, null)).toList();
    for (GpuException failure : ClockReset.run(resets, REHEARSAL).values()) {
      throw failure;
    }
    String name = "rehearsal-" + ProcessHandle.current().pid();
    Path directory = Path.of(settings.gpus().get(0).directory());
    ClockLease lease = ClockLease.take(directory, name);
    lease.write(LeaseRecord.ofThisProcess(name, null, true));
    try {
      ClockLease.take(directory, name);
    } catch (LeaseHeldException e) {
      // The second attempt must fail, because this process already holds the lease (the right to
      // set the clocks). The attempt loads the classes that report a held lease.
    }
    lease.release();
    ranks.end(Duration.ZERO);
  }

  /**
   * Reads the lines of the launcher (the process that starts the ranks) until the launcher sends
   * {@link #DONE} or ends. If the launcher has ended without this line, the method resets the GPUs.
   * Returns false if a GPU could not be reset.
   */
  private boolean watch(BufferedReader input) {
    Daemon.start(this::touchLeases, "renews the times of lease files");
    try {
      String line = input.readLine();
      while (line != null) {
        if (line.equals(DONE)) {
          return true;
        }
        String[] words = line.split(" ");
        if (words.length == 3 && words[0].equals(RANK)) {
          ranks.add(Long.parseLong(words[1]), Long.parseLong(words[2]));
        }
        line = input.readLine();
      }
    } catch (IOException e) {
      // The pipe from the launcher (the process that starts the ranks) can fail only if the
      // launcher has ended.
    }
    return giveBack();
  }

  private boolean giveBack() {
    Daemon.start(this::endInTime, "ends this process in time");
    long start = System.nanoTime();
    Map<String, ClockLease> leases = new HashMap<>();
    List<ClockReset> resets = new ArrayList<>();
    for (WatcherSettings.Leased gpu : settings.gpus()) {
      if (takeLease(gpu, leases, start)) {
        resets.add(new ClockReset(setters.get(gpu.uuid()), gpu.powerLimitWatts()));
      }
    }
    ranks.end(RANKS.minusNanos(System.nanoTime() - start));
    ClockReset.run(resets, RESET);
    Pause.of(BETWEEN_RESETS);
    Map<String, GpuException> failures =
        ClockReset.run(resets, LAST_RESET.minusNanos(System.nanoTime() - start));
    failures.forEach((uuid, e) -> System.err.println(ClockReset.stillLocked(uuid, e.getMessage())));
    leases.forEach(
        (uuid, lease) -> {
          if (failures.containsKey(uuid)) {
            lease.keep();
          } else {
            lease.release();
          }
        });
    return failures.isEmpty();
  }

  /**
   * Takes the lease (right to set the clocks) of a GPU after the launcher (the process that starts
   * the ranks) was killed.
   *
   * @return whether this process must reset the GPU
   */
  private boolean takeLease(
      WatcherSettings.Leased gpu, Map<String, ClockLease> leases, long start) {
    while (true) {
      try {
        ClockLease lease = ClockLease.take(Path.of(gpu.directory()), gpu.uuid());
        leases.put(gpu.uuid(), lease);
        lease.write(LeaseRecord.ofThisProcess(gpu.uuid(), gpu.powerLimitWatts(), true));
        return true;
      } catch (LeaseHeldException e) {
        if (System.nanoTime() - start > LEASES.toNanos()) {
          return false;
        }
        Pause.of(Duration.ofMillis(10));
      } catch (UserError e) {
        // The lease file cannot be created, for example because the disk is full. No other run can
        // create this file now, so no other run uses the GPU.
        return true;
      }
    }
  }

  private void endInTime() {
    Pause.of(ALL);
    System.err.println(
        ClockReset.stillLocked(
            String.join(", ", setters.keySet()), "The driver has not answered within 10 seconds."));
    Runtime.getRuntime().halt(1);
  }

  private void touchLeases() {
    while (true) {
      Pause.of(TOUCH);
      for (WatcherSettings.Leased gpu : settings.gpus()) {
        try {
          Files.setLastModifiedTime(
              Path.of(gpu.directory(), ClockLease.fileName(gpu.uuid())),
              FileTime.from(Instant.now()));
        } catch (IOException e) {
          // This run may use a lease file of another user, but it may not set the time of that
          // file.
        }
      }
    }
  }
}
