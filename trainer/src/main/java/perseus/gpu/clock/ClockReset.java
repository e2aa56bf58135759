package perseus.gpu.clock;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.GpuInfo.PowerLimits;
import perseus.wire.Daemon;

/**
 * Resets the clocks of one GPU, and restores its power limit if the run has changed it.
 *
 * @param setter object that sets the clocks of the GPU
 * @param powerLimitWatts the power limit in watts that is restored; null if the power limit was not
 *     changed
 */
record ClockReset(ClockSetter setter, Double powerLimitWatts) {
  /**
   * Drivers round power limits, so two power limits count as equal if they differ by less than
   * {@code SAME_WATTS} watts.
   */
  private static final double SAME_WATTS = 1;

  /**
   * Resets each GPU in a separate thread, so that one GPU that does not answer does not delay the
   * others.
   *
   * @param limit maximum time until this method returns
   * @return for each GPU that could not be reset, its UUID and the cause
   */
  static Map<String, GpuException> run(List<ClockReset> resets, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    Map<String, FutureTask<Void>> tasks = new LinkedHashMap<>();
    for (ClockReset reset : resets) {
      String uuid = reset.setter.info().uuid();
      FutureTask<Void> task = new FutureTask<>(reset::reset, null);
      Daemon.start(task, "resets the clocks of " + uuid);
      tasks.put(uuid, task);
    }
    Map<String, GpuException> failures = new LinkedHashMap<>();
    tasks.forEach(
        (uuid, task) -> {
          GpuException failure = failure(task, deadline);
          if (failure != null) {
            failures.put(uuid, failure);
          }
        });
    return failures;
  }

  void run(Duration limit) {
    Map<String, GpuException> failures = run(List.of(this), limit);
    if (!failures.isEmpty()) {
      throw failures.get(setter.info().uuid());
    }
  }

  private static GpuException failure(FutureTask<Void> task, long deadline) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          task.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
          return null;
        } catch (ExecutionException e) {
          return e.getCause() instanceof GpuException failure
              ? failure
              : new GpuException(Reason.OTHER, "The reset has failed: " + e.getCause() + ".");
        } catch (TimeoutException e) {
          return new GpuException(Reason.OTHER, "The driver does not answer.");
        } catch (InterruptedException e) {
          // An interrupt must not end the reset early, so the interrupted thread continues to wait.
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void reset() {
    setter.resetClocks();
    if (powerLimitWatts == null) {
      return;
    }
    PowerLimits limits = setter.info().powerLimits();
    // Every user can write a lease file (which reserves a GPU), so it may contain an impossible
    // power limit.
    if (limits == null
        || powerLimitWatts < limits.minWatts()
        || powerLimitWatts > limits.maxWatts()
        || Math.abs(limits.defaultWatts() - powerLimitWatts) < SAME_WATTS) {
      setter.resetPowerLimit();
    } else {
      setter.setPowerLimit(powerLimitWatts);
    }
  }

  /** Returns a sentence for the user about a GPU that could not be reset. */
  static String stillLocked(String uuid, String reason) {
    return "GPU %s COULD NOT BE RESET and may stay at a low clock: %s Remove the cause, then run 'perseus-profile --reset-clocks' on this host."
        .formatted(uuid, reason);
  }

  /** Returns true if the power limit of the GPU is {@link #powerLimitWatts}. */
  boolean isInForce(PowerLimits present) {
    return present != null && Math.abs(present.enforcedWatts() - powerLimitWatts) < SAME_WATTS;
  }

  /**
   * Returns an error which says that the power limit from before the run is not in force after the
   * reset.
   */
  GpuException notInForce() {
    return new GpuException(
        Reason.OTHER,
        "Its power limit of %.0f W is not in force after the reset.".formatted(powerLimitWatts));
  }
}
