package perseus.control.server;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
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
  /** Half the memory: what is read is about to become something as large. */
  private static final long MOST_BYTES_AT_ONCE = Runtime.getRuntime().maxMemory() / 2;

  private static final AtomicLong BYTES_NOW = new AtomicLong();

  private final Request request;
  private final ServerLimits limits;
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
  BodyReader(
      Request request, ServerLimits limits, Consumer<byte[]> whole, Consumer<HttpError> failed) {
    this.request = request;
    this.limits = limits;
    this.whole = whole;
    this.failed = failed;
  }

  void start() {
    if (request.getLength() > limits.mostBodyBytes()) {
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
      if (received.size() + (long) length > limits.mostBodyBytes()) {
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
      check = checkIn(limits.bodyPatience());
    }
  }

  private synchronized void requireProgress() {
    if (over) {
      return;
    }
    long lateNanos = System.nanoTime() - startNanos - limits.bodyPatience().toNanos();
    double leastBytes = (1 + lateNanos * 1e-9) * limits.leastBodyBytesPerSecond();
    if (received.size() < leastBytes) {
      slow = true;
      request.fail(new TimeoutException("slow body"));
    } else {
      check = checkIn(Duration.ofSeconds(1));
    }
  }

  private Scheduler.Task checkIn(Duration delay) {
    return request
        .getComponents()
        .getScheduler()
        .schedule(this::requireProgress, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private HttpError tooLong() {
    return new HttpError(413, "A body has at most " + limits.mostBodyBytes() + " bytes.");
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
