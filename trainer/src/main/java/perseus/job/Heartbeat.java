package perseus.job;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import perseus.wire.ControlLink;
import perseus.wire.Daemon;

/**
 * Sends a heartbeat from a launcher or a rank to node 0 (the node that coordinates the job) every 2
 * seconds, until the connection to node 0 closes. A heartbeat is a message that tells node 0 that
 * the process is alive.
 */
public final class Heartbeat {
  /** A launcher or a rank waits for the time {@code PERIOD} between two heartbeats. */
  public static final Duration PERIOD = Duration.ofSeconds(2);

  /**
   * Node 0 treats a launcher as lost if no message arrives from it for the time {@code
   * SILENCE_LIMIT}.
   */
  public static final Duration SILENCE_LIMIT = Duration.ofSeconds(8);

  private Heartbeat() {}

  /**
   * Starts a thread that sends heartbeats to node 0.
   *
   * @param name name of the thread that sends the heartbeats
   */
  public static void start(ControlLink link, String name) {
    Daemon.start(() -> beat(link), name);
  }

  private static void beat(ControlLink link) {
    try {
      while (true) {
        link.send(new Event.Alive());
        TimeUnit.MILLISECONDS.sleep(PERIOD.toMillis());
      }
    } catch (IOException | InterruptedException e) {
      // Sending a heartbeat fails if the connection to node 0 is closed. The thread that reads from
      // the connection to node 0 also notices that the connection is closed.
    }
  }
}
