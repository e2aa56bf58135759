package perseus.gpu.clock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.OpenGpus;
import perseus.gpu.clock.lease.ClockLease;
import perseus.gpu.clock.lease.LeaseHeldException;
import perseus.gpu.clock.lease.LeasePlaces;
import perseus.gpu.clock.lease.LeaseRecord;
import perseus.io.UserError;

/** Resets the GPUs of this host when a user asks for it, for example after a run was killed. */
public final class HostClocks {
  private static final Duration RESET = Duration.ofSeconds(10);

  private HostClocks() {}

  /** Lists the possible outcomes of the reset of one GPU. */
  public enum Outcome {
    /** The GPU was reset. */
    RESET,
    /** The GPU was not reset, because clocks may not be set under {@code --clock_control none}. */
    NOTHING,
    /** The GPU was not reset, because a run still uses it. */
    IN_USE,
    /** The GPU could not be reset. */
    FAILED
  }

  /**
   * @param outcome whether the GPU was reset
   * @param sentence sentence for the user that says whether the GPU was reset
   */
  public record Result(Outcome outcome, String sentence) {}

  /**
   * Resets the clocks of all GPUs of this host. The method {@code resetAll} also restores the power
   * limits that killed runs have changed, and removes the lease files (reservations of GPUs) of
   * killed runs. A GPU that a run still uses is reset only if {@code forced} is true. The lease
   * file (which reserves a GPU) of a run that still uses the GPU is not removed.
   *
   * @param control how the clocks of GPUs are set: through the driver, through Zeus's daemon, or
   *     never
   * @param scheme name of the {@link perseus.gpu.GpuProvider} that opens the GPUs, such as {@code
   *     nvml}
   * @param forced whether to reset also GPUs that cannot be reserved, for example because a run
   *     still uses them
   * @return the outcome of the reset of each GPU
   * @throws UserError if the GPUs cannot be opened
   */
  public static List<Result> resetAll(ClockControl control, String scheme, boolean forced) {
    return resetAll(control, scheme, forced, LeasePlaces.of(System.getenv()));
  }

  static List<Result> resetAll(
      ClockControl control, String scheme, boolean forced, LeasePlaces places) {
    if (!(control instanceof ClockControl.Setting setting)) {
      return List.of(
          new Result(
              Outcome.NOTHING,
              "No GPU was reset, because clocks are never set under --clock_control %s."
                  .formatted(control.text())));
    }
    List<Result> results = new ArrayList<>();
    try (OpenGpus gpus = OpenGpus.all(scheme, e -> results.add(failed(e)));
        ClockSetters way = setting.open()) {
      for (Gpu gpu : gpus.gpus()) {
        results.add(reset(gpu, way, forced, places));
      }
    }
    return results;
  }

  private static Result failed(GpuException e) {
    return new Result(Outcome.FAILED, "A GPU was not reset. " + e.getMessage());
  }

  private static Result reset(Gpu gpu, ClockSetters way, boolean forced, LeasePlaces places) {
    String name = "GPU %d (%s)".formatted(gpu.info().index(), gpu.info().uuid());
    ClockLease lease;
    try {
      lease = places.take(gpu.info().uuid());
    } catch (LeaseHeldException e) {
      return forced
          ? reset(gpu, way, null, name + " was reset although it is in use. " + e.getMessage())
          : new Result(Outcome.IN_USE, name + " was not reset. " + e.getMessage());
    } catch (UserError e) {
      return forced
          ? reset(gpu, way, null, name + " was reset without a lease. " + e.getMessage())
          : new Result(Outcome.FAILED, name + " was not reset. " + e.getMessage());
    }
    Double watts = lease.dead().map(LeaseRecord::powerLimitWatts).orElse(null);
    String cause =
        lease.isDamaged()
            ? " Its damaged lease %s was removed.".formatted(lease.path())
            : lease
                .dead()
                .map(dead -> " A run that was killed had left it locked (" + dead.holder() + ").")
                .orElse("");
    Result result = reset(gpu, way, watts, name + " was reset." + cause);
    if (result.outcome() == Outcome.RESET) {
      lease.release();
    } else {
      lease.giveUp();
    }
    return result;
  }

  private static Result reset(Gpu gpu, ClockSetters way, Double watts, String success) {
    try {
      new ClockReset(way.of(gpu), watts).run(RESET);
      return new Result(Outcome.RESET, success);
    } catch (GpuException e) {
      return new Result(Outcome.FAILED, ClockReset.stillLocked(gpu.info().uuid(), e.getMessage()));
    }
  }
}
