package perseus.control.server;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Reads a request's body without a thread that waits for it, and within limits: its length, the
 * memory that all bodies take together, and the time that a client may take.
 */
final class BodyReader {
  private static final long GRACE_SECONDS = 30;

  /** A client that sends less than this, once the grace is over, is not a client. */
  private static final long LEAST_BYTES_PER_SECOND = 64 << 10;

  /** Half the memory: what is read is about to become something as large. */
  private static final long MOST_BYTES_AT_ONCE = Runtime.getRuntime().maxMemory() / 2;

  private static final AtomicLong BYTES_NOW = new AtomicLong();

  private final Request request;
  private final int mostBytes;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final Consumer<byte[]> whole;
  private final Consumer<HttpError> failed;
  private final long startNanos = System.nanoTime();
  private long reserved;
  private boolean slow;
  private boolean over;
  private Scheduler.Task check;

  /**
   * @param whole takes the body
   * @param failed takes what was wrong instead
   */
  BodyReader(Request request, int mostBytes, Consumer<byte[]> whole, Consumer<HttpError> failed) {
    this.request = request;
    this.mostBytes = mostBytes;
    this.whole = whole;
    this.failed = failed;
  }

  void start() {
    if (request.getLength() > mostBytes) {
      fail(tooLong());
      return;
    }
    read();
  }

  private void read() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        watch();
        request.demand(this::read);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        fail(
            slow
                ? new HttpError(408, "The body took too long to arrive.")
                : new HttpError(400, "The body broke off."));
        return;
      }
      int length = chunk.remaining();
      if (received.size() + (long) length > mostBytes) {
        chunk.release();
        fail(tooLong());
        return;
      }
      if (BYTES_NOW.addAndGet(length) > MOST_BYTES_AT_ONCE) {
        BYTES_NOW.addAndGet(-length);
        chunk.release();
        fail(new HttpError(503, "The server is reading too much at once; try again."));
        return;
      }
      reserved += length;
      byte[] bytes = new byte[length];
      chunk.getByteBuffer().get(bytes);
      received.writeBytes(bytes);
      boolean last = chunk.isLast();
      chunk.release();
      if (last) {
        succeed();
        return;
      }
    }
  }

  /** Most bodies come at once and never get here. */
  private synchronized void watch() {
    if (check == null && !over) {
      check =
          request
              .getComponents()
              .getScheduler()
              .schedule(this::requireProgress, GRACE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private synchronized void requireProgress() {
    if (over) {
      return;
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
    if (received.size() < (seconds - GRACE_SECONDS + 1) * LEAST_BYTES_PER_SECOND) {
      slow = true;
      request.fail(new TimeoutException("slow body"));
    } else {
      check =
          request
              .getComponents()
              .getScheduler()
              .schedule(this::requireProgress, 1, TimeUnit.SECONDS);
    }
  }

  private HttpError tooLong() {
    return new HttpError(413, "A body has at most " + mostBytes + " bytes.");
  }

  private void succeed() {
    stopWatching();
    try {
      whole.accept(received.toByteArray());
    } finally {
      BYTES_NOW.addAndGet(-reserved);
    }
  }

  private void fail(HttpError error) {
    stopWatching();
    BYTES_NOW.addAndGet(-reserved);
    failed.accept(error);
  }

  private synchronized void stopWatching() {
    over = true;
    if (check != null) {
      check.cancel();
    }
  }
}
