package perseus.gpu.clock;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;

/**
 * Measures the time from the request of an SM clock until the GPU runs at the requested clock. The
 * measurement runs in a separate thread while the GPU works, for example during the warm-up of a
 * run. During the measurement, no other thread may request clocks of the same GPU.
 *
 * <p>The measurement changes the clock from the highest clock to each of three lower clocks and
 * back. Each change of the clock is measured twice. A clock change ends when the reported clock is
 * close to the requested clock. The reported clock may differ from it by one step between supported
 * clocks, but never by more than 5 % of the highest clock. For example, if the supported clocks are
 * 15 MHz apart, a change from 1410 to 1050 MHz ends at a reported clock of 1035 to 1065 MHz. A GPU
 * that reaches its power limit may never run at the requested clock. A change of the clock that
 * takes longer than 0.5 seconds is counted in {@link Result#neverInForce}, and its time is not
 * stored.
 */
public final class SwitchingTimes implements AutoCloseable {
  private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int REPETITIONS = 2;

  private static final double MAX_DIFFERENCE = 0.05;

  /**
   * Holds the measured times of clock changes.
   *
   * @param seconds for each change of the clock, the time in seconds from the request until the GPU
   *     ran at the requested clock
   * @param neverInForce number of changes after which the GPU did not run at the requested clock
   *     within 0.5 seconds
   */
  public record Result(List<Double> seconds, int neverInForce) {
    public Result {
      seconds = seconds.stream().sorted().toList();
    }

    /** Returns the median time of a clock change in seconds; empty if no time was measured. */
    public OptionalDouble medianSeconds() {
      int count = seconds.size();
      return count == 0
          ? OptionalDouble.empty()
          : OptionalDouble.of((seconds.get((count - 1) / 2) + seconds.get(count / 2)) / 2);
    }

    /** Returns the longest time of a clock change in seconds; empty if no time was measured. */
    public OptionalDouble maxSeconds() {
      return seconds.stream().mapToDouble(Double::doubleValue).max();
    }

    /** Returns sentences for the user about the times of clock changes. */
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
   * @param gpu the GPU whose clock changes are measured
   * @param clockThread thread that sets the clock of {@code gpu}
   */
  public static SwitchingTimes start(Gpu gpu, ClockThread clockThread) {
    return new SwitchingTimes(gpu, clockThread);
  }

  /**
   * Returns the measured times of clock changes. A measurement that has not finished is stopped,
   * and the clock change in progress is not counted. After the measurement, the GPU stays locked at
   * one of its clocks.
   *
   * @throws GpuException if the clock of the GPU cannot be read
   */
  public Result result() {
    close();
    if (failure != null) {
      throw failure;
    }
    return new Result(seconds, neverInForce);
  }

  /** Returns whether all clock changes have been measured. */
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

  /**
   * Returns the three supported clocks at the positions 1/4, 1/2 and 3/4 of the list of supported
   * clocks, highest first.
   */
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
      // If the GPU already runs at the requested clock, no clock change can be measured.
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
   * Returns the difference in MHz between a supported clock and the nearest other supported clock.
   */
  private int stepMhz(int clock) {
    int at = clocks.indexOf(clock);
    int above = at == 0 ? Integer.MAX_VALUE : clocks.get(at - 1) - clock;
    int below = at == clocks.size() - 1 ? Integer.MAX_VALUE : clock - clocks.get(at + 1);
    return Math.min(above, below);
  }

  /** Stops the measurement, and waits until its thread has ended. */
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
