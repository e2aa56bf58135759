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
 * Sets the SM clock of one GPU in a thread, so that the training thread never waits for the driver.
 * The clock thread always applies the latest requested clock. The thread drops an earlier request
 * that it has not applied yet.
 *
 * <p>If the driver refuses a clock that it lists itself, the thread locks the nearest lower clock
 * that the driver accepts. If the driver accepts no lower clock, the thread locks the nearest
 * higher clock that the driver accepts. After any other failure, the thread sets no further clock,
 * and {@link #failure()} returns the failure.
 */
public final class ClockThread implements AutoCloseable {
  /** Maximum time in milliseconds that {@link #close} waits for a call of the driver. */
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

  // Only the clock thread uses the next two fields. The first field is the clock at which the GPU
  // is locked; 0 before the first lock. The second field maps each refused clock to the clock that
  // replaces it.
  private int lockedMhz;
  private final Map<Integer, Integer> substitutes = new HashMap<>();

  /**
   * Starts the thread. The clock is not changed before the first request.
   *
   * @param setter sets the clock of the GPU
   * @param report receives one sentence for each clock that the driver refuses. The clock thread
   *     calls it.
   */
  public ClockThread(ClockSetter setter, Consumer<String> report) {
    this(setter.info().uuid(), setter.info().clocksMhz(), setter::lockClocks, report);
  }

  /**
   * @param uuid UUID of the GPU
   * @param clocks the clocks that may replace a refused clock, highest first
   * @param lock function that sets the clock
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
   * Starts a thread that sets the power limit of a GPU instead of its clock. Requests are power
   * limits in watts. A refused power limit is not replaced by another one.
   *
   * @param setter sets the power limit of the GPU
   * @param report receives sentences for the user
   */
  public static ClockThread ofPowerLimit(ClockSetter setter, Consumer<String> report) {
    return new ClockThread(setter.info().uuid(), List.of(), setter::setPowerLimit, report);
  }

  /**
   * Requests an SM clock. The method {@code want} never waits: it takes less than 10 microseconds.
   *
   * @param clockMhz one of the clocks in {@link perseus.gpu.GpuInfo#clocksMhz()}, in MHz
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

  /** Returns the number of calls in which the driver has locked the clock. */
  public long applied() {
    return applied;
  }

  /**
   * Returns the number of requests that needed no call of the driver. A request needs no call if
   * the GPU was already locked at this clock, if a later request came before the call, or if an
   * earlier call has failed.
   */
  public long skipped() {
    int pending = wish.get() == handledMhz || failure != null ? 0 : 1;
    return Math.max(0, wishes.get() - applied - pending);
  }

  /**
   * Returns the first failure to set a clock; empty if there is none. After a failure, no further
   * request is applied.
   */
  public Optional<GpuException> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Checks that no request has failed.
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
   * Locks the nearest clock that the driver accepts, and returns it in MHz.
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
   * Returns the clocks that may replace a refused clock: first all lower clocks, from high to low,
   * and then all higher clocks, from low to high.
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
   * Stops the thread. A request that is not applied yet is dropped. After {@code close}, the clock
   * thread sets no clock any more, unless a call of the driver lasts longer than 5 seconds. The
   * method {@code close} does not reset the clock: {@link ClockGuard} does that.
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
