package perseus.wire;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Sends a heartbeat to another process of the job every 2 seconds, until the connection between
 * both processes is closed. A heartbeat is a message that tells the other process that this process
 * is alive.
 */
public final class Heartbeat {
  /** Time between two heartbeats that a process sends. */
  public static final Duration PERIOD = Duration.ofSeconds(2);

  /**
   * The process of another node counts as lost if no message arrives from it for the time {@code
   * SILENCE_LIMIT}.
   */
  public static final Duration SILENCE_LIMIT = Duration.ofSeconds(8);

  private Heartbeat() {}

  /**
   * Starts a thread that sends heartbeats.
   *
   * @param beat the message to send as a heartbeat
   * @param name name of the thread that sends the heartbeats
   */
  public static void start(ControlLink link, Object beat, String name) {
    Daemon.start(() -> beat(link, beat), name);
  }

  private static void beat(ControlLink link, Object beat) {
    try {
      while (true) {
        link.send(beat);
        TimeUnit.MILLISECONDS.sleep(PERIOD.toMillis());
      }
    } catch (IOException | InterruptedException e) {
      // Sending a heartbeat fails if the connection is closed. The thread that reads from the
      // connection reports the end of the connection.
    }
  }
}
