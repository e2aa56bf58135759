package perseus.control.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections on which the head of a request (its first line and its headers) arrives too
 * slowly. The idle timeout does not close a connection on which a client sends the head of a
 * request byte by byte.
 *
 * <p>The head of the first request of a connection must arrive within the timeout. The heads of
 * later requests on the same connection may begin to arrive at any time. Each connection is checked
 * once per timeout period. If the head of a later request is incomplete at two checks in a row, the
 * connection is closed.
 */
public final class SlowHeads implements Connection.Listener {
  private final Scheduler scheduler;
  private final Duration timeout;
  private final Map<Connection, Watch> watches = new ConcurrentHashMap<>();

  public SlowHeads(Scheduler scheduler, Duration timeout) {
    this.scheduler = scheduler;
    this.timeout = timeout;
  }

  @Override
  public void onOpened(Connection connection) {
    Watch watch = new Watch(connection);
    watches.put(connection, watch);
    watch.scheduleCheck();
  }

  @Override
  public void onClosed(Connection connection) {
    Watch watch = watches.remove(connection);
    if (watch != null) {
      watch.end();
    }
  }

  /**
   * Checks regularly whether the head of a request arrives too slowly on one connection. The fields
   * of {@code Watch} contain the numbers of requests, responses and bytes when the connection was
   * last checked.
   */
  private final class Watch {
    private final Connection connection;
    private long requests;
    private long responses;
    private long bytes;
    private boolean suspect;
    private boolean closed;
    private Scheduler.Task nextCheck;

    Watch(Connection connection) {
      this.connection = connection;
    }

    synchronized void scheduleCheck() {
      if (!closed) {
        nextCheck = scheduler.schedule(this::check, timeout.toMillis(), TimeUnit.MILLISECONDS);
      }
    }

    private void check() {
      if (isTooSlow()) {
        connection.getEndPoint().close();
      } else {
        scheduleCheck();
      }
    }

    private synchronized boolean isTooSlow() {
      long requestsNow = connection.getMessagesIn();
      long responsesNow = connection.getMessagesOut();
      long bytesNow = connection.getBytesIn();
      boolean noRequest =
          requestsNow == requests && responsesNow == responses && requestsNow == responsesNow;
      boolean slow = noRequest && (requestsNow == 0 || suspect);
      // A connection on which no more bytes arrive need not be suspected, because the idle timeout
      // closes it.
      suspect = noRequest && (suspect || bytesNow > bytes);
      requests = requestsNow;
      responses = responsesNow;
      bytes = bytesNow;
      return slow;
    }

    synchronized void end() {
      closed = true;
      if (nextCheck != null) {
        nextCheck.cancel();
      }
    }
  }
}
