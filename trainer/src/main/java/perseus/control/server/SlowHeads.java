package perseus.control.server;

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

  SlowHeads(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  @Override
  public void onOpened(Connection connection) {
    scheduler.schedule(
        () -> {
          if (connection.getMessagesIn() == 0) {
            connection.getEndPoint().close();
          }
        },
        PATIENCE_SECONDS,
        TimeUnit.SECONDS);
  }

  @Override
  public void onClosed(Connection connection) {}
}
