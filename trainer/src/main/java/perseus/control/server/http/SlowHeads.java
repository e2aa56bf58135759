package perseus.control.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections on which the head of a request does not come in time. One that sends it byte
 * by byte would otherwise stay for ever, as it is never idle. The first head is expected at once;
 * of later ones it is known only that bytes have come and no request, so they get a second look.
 */
public final class SlowHeads implements Connection.Listener {
  private final Scheduler scheduler;
  private final Duration patience;
  private final Map<Connection, Watch> watches = new ConcurrentHashMap<>();

  public SlowHeads(Scheduler scheduler, Duration patience) {
    this.scheduler = scheduler;
    this.patience = patience;
  }

  @Override
  public void onOpened(Connection connection) {
    Watch watch = new Watch(connection);
    watches.put(connection, watch);
    watch.lookLater();
  }

  @Override
  public void onClosed(Connection connection) {
    Watch watch = watches.remove(connection);
    if (watch != null) {
      watch.end();
    }
  }

  /** What one connection has received up to the latest look at it. */
  private final class Watch {
    private final Connection connection;
    private long requests;
    private long responses;
    private long bytes;
    private boolean suspect;
    private boolean over;
    private Scheduler.Task look;

    Watch(Connection connection) {
      this.connection = connection;
    }

    synchronized void lookLater() {
      if (!over) {
        look = scheduler.schedule(this::look, patience.toMillis(), TimeUnit.MILLISECONDS);
      }
    }

    private void look() {
      if (isTooSlow()) {
        connection.getEndPoint().close();
      } else {
        lookLater();
      }
    }

    private synchronized boolean isTooSlow() {
      long requestsNow = connection.getMessagesIn();
      long responsesNow = connection.getMessagesOut();
      long bytesNow = connection.getBytesIn();
      boolean noneCame =
          requestsNow == requests && responsesNow == responses && requestsNow == responsesNow;
      boolean slow = noneCame && (requestsNow == 0 || suspect);
      // A head that has begun and makes no progress at all is for the idle timeout.
      suspect = noneCame && (suspect || bytesNow > bytes);
      requests = requestsNow;
      responses = responsesNow;
      bytes = bytesNow;
      return slow;
    }

    synchronized void end() {
      over = true;
      if (look != null) {
        look.cancel();
      }
    }
  }
}
