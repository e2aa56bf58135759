package perseus.control.server.http;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Limits the memory that the server uses to parse long bodies of HTTP requests. The server parses
 * long bodies of HTTP requests on separate threads. A long body of an HTTP request waits until
 * there is enough memory to parse it. A short body of an HTTP request is parsed at once on the
 * calling thread.
 */
public final class LongBodies implements AutoCloseable {
  /**
   * Maximum length in bytes of a body that is parsed at once on the calling thread. If each of the
   * server's 64 threads parses a body of 32 KiB, all parsers together allocate at most 44 MiB.
   */
  static final int MAX_SHORT_BYTES = 32 << 10;

  /**
   * Maximum number of bytes of memory that the parser allocates for each byte of a body. For each
   * byte of a body of decimal numbers, the parser allocates less than one byte. The parser needs
   * the most memory for a body of short names with empty values, such as {@code "a1":[],"a2":[]}.
   */
  private static final int MAX_ALLOCATED_PER_BYTE = 22;

  /** Number of bytes of memory that one permit of the semaphore stands for. */
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
   * @param memoryBytes memory in bytes for parsing all long bodies at the same time. A body that
   *     needs more memory than {@code memoryBytes} is parsed while no other long body is parsed.
   */
  public LongBodies(long memoryBytes) {
    this.permits = (int) Math.max(1, Math.min(Integer.MAX_VALUE, memoryBytes / PERMIT_BYTES));
    // The semaphore is fair: it gives memory to the waiting bodies in the order of their arrival.
    // With an unfair semaphore, shorter bodies that keep arriving could delay a long body without
    // limit.
    this.free = new Semaphore(permits, true);
  }

  /**
   * Runs the parser of a body of an HTTP request. For a short body, the parser runs at once on the
   * calling thread. For a long body, the parser runs on a separate thread as soon as there is
   * enough memory.
   *
   * @param lengthBytes length of the body in bytes
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
