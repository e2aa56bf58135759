package perseus.control.server.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Receives a request's body without a thread that waits for it, and within limits: its length, the
 * memory that all bodies take together, and the time that a client may take.
 */
public final class BodyReader {
  /** A third of the memory; {@link LongBodies} has what bodies become, jobs the rest. */
  private static final long MOST_BYTES_AT_ONCE = Runtime.getRuntime().maxMemory() / 3;

  private static final int FIRST_CAPACITY = 8 << 10;
  private static final AtomicLong BYTES_NOW = new AtomicLong();

  private final Request request;
  private final ServerLimits limits;
  private final LongBodies longBodies;
  private final Consumer<ByteBuffer> whole;
  private final Consumer<HttpError> failed;
  private final long startNanos = System.nanoTime();
  private byte[] received = new byte[0];
  // Read by the thread that looks how fast it comes.
  private volatile int length;
  private boolean slow;
  private boolean over;
  private Scheduler.Task check;

  /**
   * @param whole takes the body
   * @param failed takes what was wrong instead
   */
  public BodyReader(
      Request request,
      ServerLimits limits,
      LongBodies longBodies,
      Consumer<ByteBuffer> whole,
      Consumer<HttpError> failed) {
    this.request = request;
    this.limits = limits;
    this.longBodies = longBodies;
    this.whole = whole;
    this.failed = failed;
  }

  public void start() {
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
      HttpError problem = take(chunk.getByteBuffer());
      boolean last = chunk.isLast();
      chunk.release();
      if (problem != null) {
        fail(problem);
        return;
      }
      if (last) {
        succeed();
        return;
      }
    }
  }

  /** Adds what has come; returns why it cannot be added, else null. */
  private HttpError take(ByteBuffer chunk) {
    int more = chunk.remaining();
    if (length + (long) more > limits.mostBodyBytes()) {
      return tooLong();
    }
    if (length + more > received.length && !grow(length + more)) {
      return new HttpError(503, "The server is reading too much at once; try again.");
    }
    chunk.get(received, length, more);
    length += more;
    return null;
  }

  /**
   * Makes room, for more than is needed now so that a long body is copied a few times only, but for
   * no more than it says it has.
   *
   * @return whether there is memory for it
   */
  private boolean grow(int needed) {
    long most = request.getLength() >= 0 ? request.getLength() : limits.mostBodyBytes();
    int capacity =
        (int) Math.max(needed, Math.min(most, Math.max(FIRST_CAPACITY, 2L * received.length)));
    if (BYTES_NOW.addAndGet(capacity) > MOST_BYTES_AT_ONCE) {
      BYTES_NOW.addAndGet(-capacity);
      return false;
    }
    int before = received.length;
    received = Arrays.copyOf(received, capacity);
    BYTES_NOW.addAndGet(-before);
    return true;
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
    if (length < leastBytes) {
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
    longBodies.read(
        length,
        () -> {
          try {
            whole.accept(ByteBuffer.wrap(received, 0, length));
          } finally {
            release();
          }
        });
  }

  private void fail(HttpError error) {
    stopWatching();
    release();
    failed.accept(error);
  }

  private void release() {
    BYTES_NOW.addAndGet(-received.length);
    received = null;
  }

  private synchronized void stopWatching() {
    over = true;
    if (check != null) {
      check.cancel();
    }
  }
}
