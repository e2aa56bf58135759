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
 * Resets the clocks of a run's GPUs, even if the run fails or is killed. If the run sets power
 * limits, the class {@code ClockGuard} also restores the power limits from before the run. The
 * launcher (the process that starts the ranks) opens a {@code ClockGuard} before the first clock is
 * set, and closes it at the end.
 *
 * <p>While a {@code ClockGuard} is open, lease files ({@link ClockLease}) prevent other runs from
 * setting the clocks of the GPUs. At SIGTERM, SIGINT and SIGHUP, a shutdown hook closes the {@code
 * ClockGuard} and so resets the GPUs. If the launcher is killed, the process {@link ClockWatcher}
 * resets the GPUs. If the process {@link ClockWatcher} is also killed, the next run or {@link
 * HostClocks#resetAll} resets the GPUs.
 *
 * <p>All methods are thread-safe.
 */
public final class ClockGuard implements AutoCloseable {
  /** Maximum time to wait for the processes of ranks to end before they are killed. */
  private static final Duration RANKS = Duration.ofSeconds(5);

  private static final Duration RESET = Duration.ofSeconds(5);

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
   * Reserves GPUs for this run, resets them, and starts the process {@link ClockWatcher}. The reset
   * of the GPUs also unlocks GPUs whose clocks a killed run has left locked. Under {@link
   * ClockControl.None}, the method {@code open} reserves and resets no GPU.
   *
   * @param control how the clocks of GPUs are set: through the driver, through Zeus's daemon, or
   *     never
   * @param scheme name of the {@link perseus.gpu.GpuProvider} that opens the GPUs, such as {@code
   *     nvml}
   * @param uuids UUIDs of the GPUs on this host that the run uses
   * @param powerLimits whether the run sets power limits; the method {@link #close} then restores
   *     the present power limits
   * @param report function that receives sentences for the user; several threads may call it
   * @throws UserError if another run uses one of the GPUs, if the GPUs cannot be reserved, or if
   *     the process {@link ClockWatcher} does not start. If the method {@code open} fails, it
   *     reserves no GPU.
   * @throws perseus.gpu.GpuException if the calling process may not set clocks, or if the driver
   *     fails
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
   * @param environment additional environment variables of the process {@link ClockWatcher}
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
    // The reset of the GPU also checks, before any rank is started, whether this process may set
    // clocks.
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
   * Registers the process of a rank that sets clocks. If the launcher is killed, the process {@link
   * ClockWatcher} waits until the registered processes have ended, or kills them, before it resets
   * the GPUs. The method {@link #close} also waits until the registered processes have ended, or
   * kills them.
   *
   * @param pid process ID of the rank
   */
  public synchronized void watch(long pid) {
    if (watcher != null && !closed) {
      long startMillis = WatchedProcesses.startMillis(pid);
      ranks.add(pid, startMillis);
      watcher.watch(pid, startMillis);
    }
  }

  /**
   * Resets the clocks of all GPUs, and ends the reservation of the GPUs. The method {@code close}
   * first waits for the processes of ranks to end, and kills processes that run for more than 5
   * seconds. The method {@code close} also restores the power limits if the run sets power limits.
   * If a GPU cannot be reset, the user gets a message. The lease file (reservation) of a GPU that
   * could not be reset stays, so that the next run resets the GPU. If several threads call {@code
   * close}, the later calls wait until the first call has finished. The method {@code close} throws
   * no exception.
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
   * Returns an error for each GPU whose power limit from before the run is not in force after the
   * reset. Clocks are not checked, because the driver does not report whether a clock is locked.
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

  /** Ends the reservation of GPUs after an error in {@link #open}, before any clock was locked. */
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
        // Java refuses to remove a shutdown hook while the program is shutting down.
      }
    }
  }
}
