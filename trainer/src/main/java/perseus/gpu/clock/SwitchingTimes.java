package perseus.gpu.clock;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;

/**
 * Measures how long a GPU takes to change its SM clock: from the request until the clock is in
 * force. The measurement runs in a thread while the GPU works, for example during the warm-up of a
 * run. During the measurement, no other thread may request clocks of this GPU.
 *
 * <p>The measurement changes the clock from the highest clock to each of three lower clocks and
 * back, and then repeats these changes once. A requested clock is in force if the clock that the
 * driver reports differs from it by at most one step of the driver's list, and by at most 5 % of
 * the highest clock. A power limit can prevent a requested clock. If the clock is not in force
 * after 0.5 seconds, the change has no time in the result and is counted in {@link
 * Result#neverInForce}.
 */
public final class SwitchingTimes implements AutoCloseable {
  private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int REPETITIONS = 2;

  /**
   * Greatest permitted difference between a requested clock and the clock in force, as a fraction
   * of the highest clock.
   */
  private static final double MAX_DIFFERENCE = 0.05;

  /**
   * Holds the measured times.
   *
   * @param seconds time in seconds from the request until the clock was in force, for each change
   * @param neverInForce number of changes whose clock was not in force within 0.5 seconds
   */
  public record Result(List<Double> seconds, int neverInForce) {
    public Result {
      seconds = seconds.stream().sorted().toList();
    }

    /** Returns the median of the times in seconds; empty if no time was measured. */
    public OptionalDouble medianSeconds() {
      int count = seconds.size();
      return count == 0
          ? OptionalDouble.empty()
          : OptionalDouble.of((seconds.get((count - 1) / 2) + seconds.get(count / 2)) / 2);
    }

    /** Returns the longest time in seconds; empty if no time was measured. */
    public OptionalDouble maxSeconds() {
      return seconds.stream().mapToDouble(Double::doubleValue).max();
    }

    /** Returns sentences for the user about the times. */
    public String describe() {
      int changes = seconds.size() + neverInForce;
      String missing =
          neverInForce == 0
              ? ""
              : " %d of %d changes were not in force within 0.5 s; their times are left out."
                  .formatted(neverInForce, changes);
      return seconds.isEmpty()
          ? "The time of a change of clock could not be measured." + missing
          : "A change of clock takes %.3f s (median of %d changes) and at most %.3f s."
                  .formatted(
                      medianSeconds().getAsDouble(), seconds.size(), maxSeconds().getAsDouble())
              + missing;
    }
  }

  private final Gpu gpu;
  private final List<Integer> clocks;
  private final ClockThread clockThread;
  private final Thread thread;
  private final List<Double> seconds = new ArrayList<>();
  private int neverInForce;
  private volatile boolean closed;
  private volatile GpuException failure;

  private SwitchingTimes(Gpu gpu, ClockThread clockThread) {
    this.gpu = gpu;
    this.clocks = gpu.info().clocksMhz();
    this.clockThread = clockThread;
    this.thread = new Thread(this::measure, "measures changes of clock of " + gpu.info().uuid());
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Starts a measurement.
   *
   * @param gpu the GPU whose clock in force is read
   * @param clockThread sets the clock of the same GPU
   */
  public static SwitchingTimes start(Gpu gpu, ClockThread clockThread) {
    return new SwitchingTimes(gpu, clockThread);
  }

  /**
   * Returns the result of the measurement. If the measurement has not finished, it ends at once,
   * and the change in progress is not counted. The GPU stays locked at one of its clocks.
   *
   * @throws GpuException if the state of the GPU cannot be read
   */
  public Result result() {
    close();
    if (failure != null) {
      throw failure;
    }
    return new Result(seconds, neverInForce);
  }

  /** Returns whether the measurement has finished, so that {@link #result} omits no change. */
  public boolean isFinished() {
    return !thread.isAlive();
  }

  private void measure() {
    try {
      List<Integer> lower = lowerClocks();
      if (lower.isEmpty()) {
        return;
      }
      int highest = clocks.get(0);
      clockThread.want(highest);
      awaitInForce(highest);
      for (int i = 0; i < REPETITIONS; i++) {
        for (int clock : lower) {
          change(clock);
          change(highest);
        }
      }
    } catch (GpuException e) {
      failure = e;
    }
  }

  /** Returns the clocks at a quarter, a half and three quarters of the list, highest first. */
  private List<Integer> lowerClocks() {
    int last = clocks.size() - 1;
    return List.of((last + 3) / 4, (last + 1) / 2, (3 * last + 3) / 4).stream()
        .distinct()
        .filter(index -> index > 0)
        .map(clocks::get)
        .toList();
  }

  private void change(int clock) {
    if (isOver() || isInForce(clock)) {
      // If the clock is in force before the request, there is no change that could be measured.
      return;
    }
    long start = System.nanoTime();
    clockThread.want(clock);
    boolean reached = awaitInForce(clock);
    long end = System.nanoTime();
    if (reached) {
      seconds.add((end - start) / 1e9);
    } else if (!isOver()) {
      neverInForce++;
    }
  }

  private boolean awaitInForce(int clock) {
    long start = System.nanoTime();
    while (!isOver() && System.nanoTime() - start < LIMIT_NANOS) {
      if (isInForce(clock)) {
        return true;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return false;
  }

  private boolean isOver() {
    return closed || clockThread.failure().isPresent();
  }

  private boolean isInForce(int clock) {
    return Math.abs(gpu.state().smMhz() - clock)
        <= Math.min(stepMhz(clock), clocks.get(0) * MAX_DIFFERENCE);
  }

  /**
   * Returns the difference in MHz between a clock and the nearer of its two neighbours in the list.
   */
  private int stepMhz(int clock) {
    int at = clocks.indexOf(clock);
    int above = at == 0 ? Integer.MAX_VALUE : clocks.get(at - 1) - clock;
    int below = at == clocks.size() - 1 ? Integer.MAX_VALUE : clock - clocks.get(at + 1);
    return Math.min(above, below);
  }

  /** Ends the measurement at once and waits until its thread has ended. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
