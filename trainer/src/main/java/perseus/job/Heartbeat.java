package perseus.job;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import perseus.wire.ControlLink;
import perseus.wire.Daemon;

/** Tells node 0 that a launcher or a rank is alive, until their connection closes. */
public final class Heartbeat {
  /** Time between two heartbeats of a launcher or a rank. */
  public static final Duration PERIOD = Duration.ofSeconds(2);

  /** A launcher that sends nothing for this long counts as lost. */
  public static final Duration SILENCE_LIMIT = Duration.ofSeconds(8);

  private Heartbeat() {}

  /**
   * Begins with it.
   *
   * @param name of the thread that does so
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
      // The reader notices that, too.
    }
  }
}
