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
 * killed. The launcher starts {@code ClockWatcher} as a small process of its own. The process
 * {@code ClockWatcher} reads lines from its standard input: {@link WatcherSettings}, then a line
 * for each rank, and finally {@link #DONE}.
 *
 * <p>If the standard input ends without {@link #DONE}, the launcher has been killed. When the
 * launcher has been killed, this process waits until the ranks have ended, and kills ranks that do
 * not end. After the ranks have ended, this process resets the GPUs and removes the files that
 * reserve them. At most 10 seconds after the launcher is killed, the process {@code ClockWatcher}
 * ends. A GPU that another run has reserved is not reset, because the other run has already reset
 * it.
 *
 * <p>The process {@code ClockWatcher} ignores SIGINT, SIGTERM and SIGHUP, because terminals and
 * Slurm send these signals to all processes of a run. The process {@code ClockWatcher} runs in its
 * own session, so that terminals send it no signals.
 */
final class ClockWatcher {
  /** The line that this process prints when it is ready. */
  static final String READY = "ready";

  /**
   * First word of a line that contains the process ID and the start time (Unix time in
   * milliseconds) of a rank.
   */
  static final String RANK = "rank";

  /** The line after which this process ends without a reset of GPUs. */
  static final String DONE = "done";

  /** Maximum time from the end of the launcher until this process ends. */
  private static final Duration ALL = Duration.ofMillis(9_800);

  /**
   * Maximum time until the operating system has released the locks of the ended launcher on lease
   * files (which reserve GPUs).
   */
  private static final Duration LEASES = Duration.ofSeconds(1);

  private static final Duration RANKS = Duration.ofSeconds(5);
  private static final Duration REHEARSAL = Duration.ofSeconds(30);
  private static final Duration RESET = Duration.ofMillis(1_400);

  /** Maximum time from the end of the launcher until the last reset of the GPUs has ended. */
  private static final Duration LAST_RESET = Duration.ofMillis(9_400);

  /**
   * Time between the first and the second reset of the GPUs. A driver call of a killed rank can set
   * a clock after the first reset.
   */
  private static final Duration BETWEEN_RESETS = Duration.ofMillis(500);

  /**
   * Time between two updates of the modification times of the lease files, which reserve GPUs.
   * Without updates, a program that deletes old files from {@code /tmp} could remove a lease file.
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
   * Resets the GPUs once before any clock is locked, to find out whether this process has the
   * permission. The reset also loads all classes that a later reset needs, so that the files of the
   * program may be replaced during the run.
   *
   * @throws UserError if a GPU cannot be reset, or if a lease file (which reserves a GPU) cannot be
   *     created
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
      // A second reservation of the same GPU fails, which loads the class LeaseHeldException for
      // later use.
    }
    lease.release();
    ranks.end(Duration.ZERO);
  }

  /**
   * Reads lines from the standard input until the launcher sends {@link #DONE} or ends. If the
   * launcher ends without sending {@link #DONE}, the method {@code watch} resets the GPUs. The
   * method {@code watch} returns false if a GPU could not be reset.
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
      // A read from the standard input fails only if the launcher has ended.
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
   * Reserves a GPU for this process after the launcher was killed.
   *
   * @return true if this process must reset the GPU; false if another run has reserved it
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
        // The lease file, which reserves the GPU, cannot be created, for example because the disk
        // is full. No other run can then reserve the GPU either.
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
          // This process may not change the modification time of a lease file (which reserves a
          // GPU) of another user.
        }
      }
    }
  }
}
