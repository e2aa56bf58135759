package perseus.engine.djl;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import perseus.parallel.ControlLink;
import perseus.parallel.Daemon;

/** Tells node 0 that a launcher or a rank is alive, until their connection closes. */
final class Heartbeat {
  private Heartbeat() {}

  /**
   * Begins with it.
   *
   * @param name of the thread that does so
   */
  static void start(ControlLink link, String name) {
    Daemon.start(() -> beat(link), name);
  }

  private static void beat(ControlLink link) {
    try {
      while (true) {
        link.send(new Report.Alive());
        TimeUnit.MILLISECONDS.sleep(JobPort.HEARTBEAT.toMillis());
      }
    } catch (IOException | InterruptedException e) {
      // The reader notices that, too.
    }
  }
}
