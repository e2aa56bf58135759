package perseus.control.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections on which no request has come in time. One that sends its first request byte by
 * byte would otherwise stay for ever, as it is never idle.
 */
final class SlowHeads implements Connection.Listener {
  private static final long PATIENCE_SECONDS = 30;

  private final Scheduler scheduler;
  private final Map<Connection, Scheduler.Task> checks = new ConcurrentHashMap<>();

  SlowHeads(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  @Override
  public void onOpened(Connection connection) {
    checks.put(
        connection,
        scheduler.schedule(() -> check(connection), PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  private void check(Connection connection) {
    checks.remove(connection);
    if (connection.getMessagesIn() == 0) {
      connection.getEndPoint().close();
    }
  }

  @Override
  public void onClosed(Connection connection) {
    Scheduler.Task check = checks.remove(connection);
    if (check != null) {
      check.cancel();
    }
  }
}
