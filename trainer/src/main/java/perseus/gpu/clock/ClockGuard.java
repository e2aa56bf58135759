package perseus.gpu.clock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.GpuInfo.PowerLimits;
import perseus.gpu.OpenGpus;
import perseus.gpu.clock.lease.ClockLease;
import perseus.gpu.clock.lease.LeasePlaces;
import perseus.gpu.clock.lease.LeaseRecord;
import perseus.gpu.clock.lease.Pause;
import perseus.io.UserError;

/**
 * Resets the clocks of a run's GPUs, however the run ends. If the run sets power limits, the class
 * also restores the power limits. The launcher (the process that starts the ranks) opens the guard
 * before the first clock is set, and closes it after the last clock was set.
 *
 * <p>While the guard is open, no other run can set the clocks of the GPUs, because the guard holds
 * the right to set them ({@link ClockLease leases}). When the guard is closed, it resets the GPUs.
 * A shutdown hook closes the guard at SIGTERM, SIGINT and SIGHUP, and the process {@link
 * ClockWatcher} resets the GPUs if the launcher is killed. If the watcher process is also killed,
 * the next guard or {@link HostClocks#resetAll} resets the GPUs.
 *
 * <p>All methods may be called by several threads at the same time.
 */
public final class ClockGuard implements AutoCloseable {
  /** Maximum time that the guard waits for the ranks to end before it kills them. */
  private static final Duration RANKS = Duration.ofSeconds(5);

  private static final Duration RESET = Duration.ofSeconds(5);

  /** A reset that has failed is tried once more after this time. */
  private static final Duration RETRY = Duration.ofMillis(500);

  private final ClockControl control;
  private final Consumer<String> report;
  private final WatchedProcesses ranks = new WatchedProcesses();
  private final Map<String, ClockLease> leases = new LinkedHashMap<>();
  private final List<ClockReset> resets = new ArrayList<>();
  private String scheme;
  private OpenGpus gpus;
  private ClockSetters way;
  private WatcherProcess watcher;
  private Thread shutdownHook;
  private boolean closed;

  private ClockGuard(ClockControl control, Consumer<String> report) {
    this.control = control;
    this.report = report;
  }

  /**
   * Takes the leases of GPUs (the rights to set their clocks), resets the GPUs, and starts the
   * watcher. The reset also unlocks GPUs whose clocks a killed run has left locked. Under {@link
   * ClockControl.None}, the guard does nothing.
   *
   * @param control how clocks are set
   * @param scheme name of the provider of the GPUs, such as {@code nvml}
   * @param uuids UUIDs of the GPUs of this run on this host
   * @param powerLimits whether the run sets power limits. If it does, the guard restores the
   *     present power limits at the end.
   * @param report function that receives sentences for the user about killed runs that have left
   *     leases, and about GPUs that could not be reset. Several threads call it.
   * @throws UserError if another run uses one of the GPUs, if there is no usable directory for
   *     leases, or if the watcher cannot be started. After an error, this process holds no lease.
   * @throws perseus.gpu.GpuException if this process may not set the clocks, or if the driver fails
   */
  public static ClockGuard open(
      ClockControl control,
      String scheme,
      List<String> uuids,
      boolean powerLimits,
      Consumer<String> report) {
    return open(
        control, scheme, uuids, powerLimits, report, LeasePlaces.of(System.getenv()), Map.of());
  }

  /**
   * Opens a guard whose leases (files that reserve GPUs for a run) are in the given directories.
   *
   * @param environment environment variables that the watcher has in addition to the variables of
   *     this process
   */
  static ClockGuard open(
      ClockControl control,
      String scheme,
      List<String> uuids,
      boolean powerLimits,
      Consumer<String> report,
      LeasePlaces places,
      Map<String, String> environment) {
    ClockGuard guard = new ClockGuard(control, report);
    if (control instanceof ClockControl.Setting setting) {
      try {
        guard.take(setting, scheme, uuids, powerLimits, places, environment);
      } catch (RuntimeException | Error e) {
        guard.giveUp();
        throw e;
      }
    }
    return guard;
  }

  private synchronized void take(
      ClockControl.Setting setting,
      String schemeName,
      List<String> uuids,
      boolean powerLimits,
      LeasePlaces places,
      Map<String, String> environment) {
    scheme = schemeName;
    gpus = OpenGpus.of(scheme, uuids);
    way = setting.open();
    shutdownHook = new Thread(this::close, "gives clocks back");
    Runtime.getRuntime().addShutdownHook(shutdownHook);
    List<WatcherSettings.Leased> leased = new ArrayList<>();
    for (Gpu gpu : gpus.gpus()) {
      leased.add(take(gpu, powerLimits, places));
    }
    if (leased.isEmpty()) {
      return;
    }
    watcher =
        new WatcherProcess(
            new WatcherSettings(control.text(), scheme, leased), environment, report);
  }

  private WatcherSettings.Leased take(Gpu gpu, boolean powerLimits, LeasePlaces places) {
    String uuid = gpu.info().uuid();
    ClockSetter setter = way.of(gpu);
    ClockLease lease = places.take(uuid);
    leases.put(uuid, lease);
    if (lease.isDamaged()) {
      throw new UserError(
          "The lease file %s of GPU %s is damaged. Run 'perseus-profile --reset-clocks', which resets the GPU and removes the file."
              .formatted(lease.path(), uuid));
    }
    Optional<LeaseRecord> dead = lease.dead();
    Double before = dead.map(LeaseRecord::powerLimitWatts).orElse(null);
    Double watts = powerLimits ? presentWatts(gpu, before) : null;
    LeaseRecord record = LeaseRecord.ofThisProcess(uuid, watts, false);
    if (dead.isEmpty()) {
      lease.write(record);
    }
    // This reset also checks, before any rank is started, whether this process may set clocks.
    new ClockReset(setter, before).run(RESET);
    if (dead.isPresent()) {
      report.accept(
          "GPU %s was left locked by a run that was killed (%s). It has been reset."
              .formatted(uuid, dead.get().holder()));
      lease.write(record);
    }
    resets.add(new ClockReset(setter, watts));
    return new WatcherSettings.Leased(uuid, watts, lease.path().getParent().toString());
  }

  private static Double presentWatts(Gpu gpu, Double givenBack) {
    if (givenBack != null) {
      return givenBack;
    }
    PowerLimits limits = gpu.info().powerLimits();
    if (limits == null) {
      throw new UserError(
          "The power limit of GPU %s cannot be set, because the driver does not report its present power limit. Choose a scheduler that sets frequencies."
              .formatted(gpu.info().uuid()));
    }
    return limits.enforcedWatts();
  }

  /**
   * Registers the process of a rank that sets clocks. If the launcher (the process that starts the
   * ranks) is killed, the watcher waits until this process has ended, or kills it, before the
   * watcher resets the GPUs. When the guard is closed, it also waits until this process has ended,
   * or kills it.
   *
   * @param pid process ID
   */
  public synchronized void watch(long pid) {
    if (watcher != null && !closed) {
      long startMillis = WatchedProcesses.startMillis(pid);
      ranks.add(pid, startMillis);
      watcher.watch(pid, startMillis);
    }
  }

  /**
   * Resets the clocks of all GPUs and ends their leases. First, the method waits until the watched
   * processes have ended, and kills the processes that do not end within 5 seconds. Then it resets
   * the clocks of the GPUs, restores the power limits if the run sets them, removes the leases, and
   * ends the watcher. A GPU that cannot be reset is reported, and its lease file stays, so that the
   * next run resets the GPU. The method {@code close} may be called several times and by a shutdown
   * hook; later calls wait until the first call has finished. It throws no exception.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    ranks.end(RANKS);
    Map<String, GpuException> failures = giveBack();
    leases.forEach(
        (uuid, lease) -> {
          if (failures.containsKey(uuid)) {
            lease.keep();
            report.accept(ClockReset.stillLocked(uuid, failures.get(uuid).getMessage()));
          } else {
            lease.release();
          }
        });
    end();
  }

  private Map<String, GpuException> giveBack() {
    Map<String, GpuException> failures = ClockReset.run(resets, RESET);
    if (!failures.isEmpty()) {
      Pause.of(RETRY);
      failures = ClockReset.run(only(failures.keySet()), RESET);
    }
    failures.putAll(wrongPowerLimits());
    return failures;
  }

  private List<ClockReset> only(Set<String> uuids) {
    return resets.stream().filter(reset -> uuids.contains(reset.setter().info().uuid())).toList();
  }

  /**
   * Returns an error for each GPU whose restored power limit is not in force. The method checks no
   * clocks, because the driver does not report whether a clock is locked. A reset of clocks counts
   * as successful if the driver accepts the call.
   */
  private Map<String, GpuException> wrongPowerLimits() {
    Map<String, GpuException> wrong = new LinkedHashMap<>();
    List<ClockReset> limited =
        resets.stream().filter(reset -> reset.powerLimitWatts() != null).toList();
    if (limited.isEmpty()) {
      return wrong;
    }
    try (OpenGpus present = OpenGpus.all(scheme, failed -> {})) {
      for (Gpu gpu : present.gpus()) {
        limited.stream()
            .filter(reset -> reset.setter().info().uuid().equals(gpu.info().uuid()))
            .filter(reset -> !reset.isInForce(gpu.info().powerLimits()))
            .forEach(reset -> wrong.put(gpu.info().uuid(), reset.notInForce()));
      }
    } catch (UserError e) {
      limited.forEach(
          reset ->
              wrong.put(
                  reset.setter().info().uuid(), new GpuException(Reason.OTHER, e.getMessage())));
    }
    return wrong;
  }

  /** Releases all resources after an error in {@link #open}, before any clock was locked. */
  private synchronized void giveUp() {
    closed = true;
    leases.values().forEach(ClockLease::giveUp);
    end();
  }

  private void end() {
    if (watcher != null) {
      watcher.end();
    }
    if (way != null) {
      way.close();
    }
    if (gpus != null) {
      gpus.close();
    }
    removeShutdownHook();
  }

  private void removeShutdownHook() {
    if (shutdownHook != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(shutdownHook);
      } catch (IllegalStateException e) {
        // Java refuses to remove the hook, because the program is shutting down. The hook runs now
        // or has run.
      }
    }
  }
}
