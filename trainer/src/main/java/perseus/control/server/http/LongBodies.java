package perseus.control.server.http;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Reads long bodies on threads of its own, as many at once as there is memory for what they become;
 * the others wait their turn. Short ones, which most are, are read where they arrive.
 */
public final class LongBodies implements AutoCloseable {
  /** Bytes. If each of the server's 64 threads reads such a one, they take 45 MiB. */
  static final int SHORT = 32 << 10;

  /**
   * Bytes that are allocated for a byte of a body, at most. Decimal numbers take less than one; the
   * most is taken by short names with nothing in them, as in {@code "a1":[],"a2":[]}.
   */
  private static final int EXPANSION = 22;

  private static final int UNIT = 1024;

  private final int units;
  private final Semaphore free;
  private final ExecutorService readers =
      Executors.newFixedThreadPool(
          Math.max(2, Runtime.getRuntime().availableProcessors()),
          task -> {
            Thread thread = new Thread(task, "perseus-long-bodies");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param memoryBytes what they may take together; one that needs more is read alone
   */
  public LongBodies(long memoryBytes) {
    this.units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, memoryBytes / UNIT));
    // Fair: a long one would otherwise wait for as long as shorter ones come.
    this.free = new Semaphore(units, true);
  }

  /** Runs {@code reader}, which reads a body of that length, now or in its turn. */
  void read(int lengthBytes, Runnable reader) {
    if (lengthBytes <= SHORT) {
      reader.run();
    } else {
      readers.execute(() -> readInTurn(lengthBytes, reader));
    }
  }

  private void readInTurn(int lengthBytes, Runnable reader) {
    int taken = (int) Math.min(units, (long) lengthBytes * EXPANSION / UNIT);
    free.acquireUninterruptibly(taken);
    try {
      reader.run();
    } finally {
      free.release(taken);
    }
  }

  @Override
  public void close() {
    readers.shutdown();
  }
}
