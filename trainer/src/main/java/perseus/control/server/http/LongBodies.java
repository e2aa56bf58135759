package perseus.control.server.http;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Parses long bodies on separate threads, and only as many at once as the memory allows; others
 * wait for their turn. Short bodies, which most are, are parsed by the calling thread at once.
 */
public final class LongBodies implements AutoCloseable {
  /**
   * Maximum length of a short body. If each of the server's 64 threads parses one of this length,
   * they need 45 MiB.
   */
  static final int MAX_SHORT_BYTES = 32 << 10;

  /**
   * Maximum number of bytes that parsing allocates per byte of a body. Decimal numbers need less
   * than one; most is needed by short names with empty values, as in {@code "a1":[],"a2":[]}.
   */
  private static final int MAX_ALLOCATED_PER_BYTE = 22;

  /** Memory of one permit, in bytes. */
  private static final int PERMIT_BYTES = 1024;

  private final int permits;
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
   * @param memoryBytes memory for all bodies that are parsed at the same time; a body that needs
   *     more is parsed alone
   */
  public LongBodies(long memoryBytes) {
    this.permits = (int) Math.max(1, Math.min(Integer.MAX_VALUE, memoryBytes / PERMIT_BYTES));
    // Fair, because a long body would otherwise wait for as long as shorter ones arrive.
    this.free = new Semaphore(permits, true);
  }

  /**
   * Runs a parser, at once if the body is short, else on a thread when there is memory.
   *
   * @param lengthBytes length of the body
   */
  void read(int lengthBytes, Runnable parser) {
    if (lengthBytes <= MAX_SHORT_BYTES) {
      parser.run();
    } else {
      readers.execute(() -> readInTurn(lengthBytes, parser));
    }
  }

  private void readInTurn(int lengthBytes, Runnable parser) {
    int needed =
        (int) Math.min(permits, (long) lengthBytes * MAX_ALLOCATED_PER_BYTE / PERMIT_BYTES);
    free.acquireUninterruptibly(needed);
    try {
      parser.run();
    } finally {
      free.release(needed);
    }
  }

  @Override
  public void close() {
    readers.shutdown();
  }
}
