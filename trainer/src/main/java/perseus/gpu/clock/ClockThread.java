package perseus.gpu.clock;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;

/**
 * Sets the SM clock of one GPU in a separate thread, so that the training thread never waits for
 * the driver. The class {@code ClockThread} always sets the clock that was requested last. A
 * requested clock is dropped if a later request arrives before the driver is called.
 *
 * <p>If the driver refuses a clock that it lists as supported, the nearest lower clock that the
 * driver accepts is set instead. If the driver accepts no lower clock, the nearest higher clock
 * that the driver accepts is set instead. After any failure except a refused clock, no more clocks
 * are set, and {@link #failure()} returns the failure.
 */
public final class ClockThread implements AutoCloseable {
  private static final long CLOSE_MILLIS = 5_000;

  private final String uuid;
  private final List<Integer> clocks;
  private final IntConsumer lock;
  private final Consumer<String> report;
  private final Thread thread;
  private final AtomicInteger wish = new AtomicInteger();
  private final AtomicLong wishes = new AtomicLong();
  private volatile int handledMhz;
  private volatile long applied;
  private volatile boolean closed;
  private volatile GpuException failure;

  // Only the thread that sets the clocks uses the fields "lockedMhz" and "substitutes". The value
  // of "lockedMhz" is 0 before the first lock. For each refused clock, the map "substitutes"
  // contains the clock that is set instead.
  private int lockedMhz;
  private final Map<Integer, Integer> substitutes = new HashMap<>();

  /**
   * Starts the thread. The clock of the GPU stays unchanged until the first request.
   *
   * @param setter object that sets the clock of the GPU
   * @param report function that receives one sentence for each clock that the driver refuses
   */
  public ClockThread(ClockSetter setter, Consumer<String> report) {
    this(setter.info().uuid(), setter.info().clocksMhz(), setter::lockClocks, report);
  }

  /**
   * @param uuid UUID of the GPU
   * @param clocks clocks that may be set instead of a refused clock, highest first
   * @param lock function that calls the driver to set a clock
   */
  private ClockThread(
      String uuid, List<Integer> clocks, IntConsumer lock, Consumer<String> report) {
    this.uuid = uuid;
    this.clocks = clocks;
    this.lock = lock;
    this.report = report;
    this.thread = new Thread(this::run, "sets the clock of " + uuid);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Starts a thread that sets the power limit of a GPU instead of its clock. All requests are power
   * limits in watts. If the driver refuses a power limit, no other power limit is set instead.
   *
   * @param setter object that sets the power limit of the GPU
   * @param report function that receives sentences for the user
   */
  public static ClockThread ofPowerLimit(ClockSetter setter, Consumer<String> report) {
    return new ClockThread(setter.info().uuid(), List.of(), setter::setPowerLimit, report);
  }

  /**
   * Requests that the GPU runs at an SM clock. The method {@code want} returns at once, because it
   * does not wait for the driver.
   *
   * @param clockMhz requested clock in MHz, one of {@link perseus.gpu.GpuInfo#clocksMhz()}
   */
  public void want(int clockMhz) {
    if (clockMhz <= 0) {
      throw new IllegalArgumentException("A clock of " + clockMhz + " MHz does not exist.");
    }
    wishes.incrementAndGet();
    if (wish.getAndSet(clockMhz) != clockMhz) {
      LockSupport.unpark(thread);
    }
  }

  /** Returns the number of driver calls that have locked the clock. */
  public long applied() {
    return applied;
  }

  /**
   * Returns the number of requested clocks for which the driver was not called. The driver is not
   * called if the GPU is already locked at the requested clock, or if a later request replaces the
   * request. After a failure, the driver is not called.
   */
  public long skipped() {
    int pending = wish.get() == handledMhz || failure != null ? 0 : 1;
    return Math.max(0, wishes.get() - applied - pending);
  }

  /**
   * Returns the first failure to set a clock; empty if no call has failed. After a failure, no more
   * clocks are set.
   */
  public Optional<GpuException> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Throws the first failure to set a clock, if a call has failed.
   *
   * @throws GpuException the first failure to set a clock
   */
  public void requireAlive() {
    if (failure != null) {
      throw failure;
    }
  }

  private void run() {
    while (!closed && failure == null) {
      int wanted = wish.get();
      if (wanted == handledMhz) {
        LockSupport.park(this);
        continue;
      }
      try {
        apply(wanted);
      } catch (GpuException e) {
        failure = e;
      } catch (RuntimeException e) {
        failure =
            new GpuException(
                Reason.OTHER, "The clock of GPU %s cannot be set: %s.".formatted(uuid, e));
      }
      handledMhz = wanted;
    }
  }

  private void apply(int wanted) {
    int clock = substitutes.getOrDefault(wanted, wanted);
    if (clock == lockedMhz) {
      return;
    }
    try {
      lock(clock);
    } catch (GpuException e) {
      if (!isRefusal(e)) {
        throw e;
      }
      int substitute = lockSubstitute(clock, e);
      substitutes.put(wanted, substitute);
      report.accept(
          "The driver refuses to lock GPU %s at %d MHz (%s). The GPU is locked at %d MHz instead."
              .formatted(uuid, wanted, e.getMessage().replaceFirst("\\.$", ""), substitute));
    }
  }

  private void lock(int clock) {
    lock.accept(clock);
    lockedMhz = clock;
    applied++;
  }

  /**
   * Locks the nearest clock that the driver accepts, and returns that clock in MHz.
   *
   * @throws GpuException the exception {@code refusal} if the driver accepts no other clock of its
   *     list
   */
  private int lockSubstitute(int refused, GpuException refusal) {
    for (int clock : substitutesFor(refused)) {
      try {
        lock(clock);
        return clock;
      } catch (GpuException e) {
        if (!isRefusal(e)) {
          throw e;
        }
      }
    }
    throw refusal;
  }

  /**
   * Returns the clocks to try instead of a refused clock: lower clocks from high to low, then
   * higher clocks from low to high.
   */
  private List<Integer> substitutesFor(int refused) {
    Stream<Integer> lower = clocks.stream().filter(clock -> clock < refused);
    Stream<Integer> higher =
        IntStream.rangeClosed(1, clocks.size())
            .mapToObj(i -> clocks.get(clocks.size() - i))
            .filter(clock -> clock > refused);
    return Stream.concat(lower, higher).toList();
  }

  private static boolean isRefusal(GpuException e) {
    return e.reason() == Reason.REFUSED || e.reason() == Reason.NOT_SUPPORTED;
  }

  /**
   * Stops the thread. A requested clock for which the driver was not yet called is dropped. After
   * {@code close}, no clock is set, unless a call of the driver lasts longer than 5 seconds. The
   * method {@code close} does not reset the clock, because {@link ClockGuard} resets it.
   */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
