package perseus.job;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import perseus.wire.ControlLink;
import perseus.wire.Daemon;

/** Sends heartbeats of a launcher or a rank to node 0, until their connection closes. */
public final class Heartbeat {
  /** Time between two heartbeats. */
  public static final Duration PERIOD = Duration.ofSeconds(2);

  /** A launcher that sends nothing for this long counts as lost. */
  public static final Duration SILENCE_LIMIT = Duration.ofSeconds(8);

  private Heartbeat() {}

  /**
   * Starts sending heartbeats.
   *
   * @param name name of the thread that sends them
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
      // The thread that reads from the link notices a closed connection too, and handles it.
    }
  }
}
