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
 * Receives the body of an HTTP request without blocking a thread. The class {@code BodyReader}
 * limits the length of a body, the memory of all bodies, and the time to send a body.
 */
public final class BodyReader {
  /**
   * Maximum memory in bytes of all bodies that are being received. The bodies that are being
   * received may use a third of the maximum heap. The class {@link LongBodies} limits the heap
   * memory for parsing bodies. The heap memory that bodies do not use is for the jobs of the
   * server.
   */
  private static final long MAX_TOTAL_BYTES = Runtime.getRuntime().maxMemory() / 3;

  private static final int INITIAL_CAPACITY = 8 << 10;

  /** Memory in bytes of all bodies that are being received now. */
  private static final AtomicLong TOTAL_BYTES = new AtomicLong();

  private final Request request;
  private final ServerLimits limits;
  private final LongBodies longBodies;
  private final Consumer<ByteBuffer> onBody;
  private final Consumer<HttpError> onError;
  private final long startNanos = System.nanoTime();
  private byte[] received = new byte[0];
  // The field "length" is volatile because another thread reads it to check how fast the body
  // arrives.
  private volatile int length;
  private boolean tooSlow;
  private boolean ended;
  private Scheduler.Task nextCheck;

  /**
   * @param onBody function that receives the complete body; the function must not keep the buffer
   *     after it returns
   * @param onError function that receives the error if the body cannot be received
   */
  public BodyReader(
      Request request,
      ServerLimits limits,
      LongBodies longBodies,
      Consumer<ByteBuffer> onBody,
      Consumer<HttpError> onError) {
    this.request = request;
    this.limits = limits;
    this.longBodies = longBodies;
    this.onBody = onBody;
    this.onError = onError;
  }

  /**
   * Starts to receive the body of the request. When the body is complete, {@code onBody} is called;
   * if the body cannot be received, {@code onError} is called. The function {@code onBody} or
   * {@code onError} may be called before {@code start} returns.
   */
  public void start() {
    if (request.getLength() > limits.maxBodyBytes()) {
      fail(tooLong());
      return;
    }
    read();
  }

  private void read() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        watchSpeed();
        request.demand(this::read);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        fail(
            tooSlow
                ? new HttpError(408, "The body arrived too slowly.")
                : new HttpError(400, "The connection broke before the end of the body."));
        return;
      }
      HttpError problem = append(chunk.getByteBuffer());
      boolean isLast = chunk.isLast();
      chunk.release();
      if (problem != null) {
        fail(problem);
        return;
      }
      if (isLast) {
        succeed();
        return;
      }
    }
  }

  /**
   * Appends newly arrived bytes to the received body. Returns an error if the body becomes too long
   * or if the memory for bodies is used up; otherwise null.
   */
  private HttpError append(ByteBuffer chunk) {
    int more = chunk.remaining();
    if (length + (long) more > limits.maxBodyBytes()) {
      return tooLong();
    }
    if (length + more > received.length && !grow(length + more)) {
      return new HttpError(503, "The server is receiving too many bytes at once; try again.");
    }
    chunk.get(received, length, more);
    length += more;
    return null;
  }

  /**
   * Enlarges the buffer of the received body. The length of the buffer is at least doubled, so that
   * a long body is copied only a few times. The buffer never becomes longer than the announced
   * length of the body.
   *
   * @return true if there is enough memory for the larger buffer
   */
  private boolean grow(int needed) {
    long maximum = request.getLength() >= 0 ? request.getLength() : limits.maxBodyBytes();
    int capacity =
        (int) Math.max(needed, Math.min(maximum, Math.max(INITIAL_CAPACITY, 2L * received.length)));
    if (TOTAL_BYTES.addAndGet(capacity) > MAX_TOTAL_BYTES) {
      TOTAL_BYTES.addAndGet(-capacity);
      return false;
    }
    int before = received.length;
    received = Arrays.copyOf(received, capacity);
    TOTAL_BYTES.addAndGet(-before);
    return true;
  }

  /**
   * Starts to check periodically whether the body arrives fast enough. Most bodies arrive
   * completely in the first read, and their speed is not checked.
   */
  private synchronized void watchSpeed() {
    if (nextCheck == null && !ended) {
      nextCheck = checkIn(limits.bodyTimeout());
    }
  }

  private synchronized void checkSpeed() {
    if (ended) {
      return;
    }
    long lateNanos = System.nanoTime() - startNanos - limits.bodyTimeout().toNanos();
    double minBytes = (1 + lateNanos * 1e-9) * limits.minBodyBytesPerSecond();
    if (length < minBytes) {
      tooSlow = true;
      request.fail(new TimeoutException("slow body"));
    } else {
      nextCheck = checkIn(Duration.ofSeconds(1));
    }
  }

  private Scheduler.Task checkIn(Duration delay) {
    return request
        .getComponents()
        .getScheduler()
        .schedule(this::checkSpeed, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private HttpError tooLong() {
    return new HttpError(413, "A body may have at most " + limits.maxBodyBytes() + " bytes.");
  }

  private void succeed() {
    stopChecks();
    longBodies.read(
        length,
        () -> {
          try {
            onBody.accept(ByteBuffer.wrap(received, 0, length));
          } finally {
            release();
          }
        });
  }

  private void fail(HttpError error) {
    stopChecks();
    release();
    onError.accept(error);
  }

  private void release() {
    TOTAL_BYTES.addAndGet(-received.length);
    received = null;
  }

  private synchronized void stopChecks() {
    ended = true;
    if (nextCheck != null) {
      nextCheck.cancel();
    }
  }
}
