package perseus.job.launcher;

import java.io.IOException;
import perseus.engine.TrainingListener;
import perseus.job.Event;
import perseus.wire.ControlLink;
import perseus.wire.Daemon;

/**
 * Tells the user and node 0 that a signal is ending the launcher of this node. A cluster manager
 * sends SIGTERM to all nodes of a job, but not at exactly the same time. Without a report of the
 * signal, the other nodes would report the loss of this node as a failure of its host.
 */
final class SignalReport {
  /**
   * The report takes at most 1 second, because the terminal or the connection to node 0 may be
   * blocked.
   */
  private static final int LIMIT_MILLIS = 1_000;

  private SignalReport() {}

  /**
   * Prints a sentence about the signal that ends this process, and sends the sentence to node 0.
   *
   * @param node name of the node in the sentence, such as {@code Node 1 on gpu02}
   * @param unrecorded whether the run would have written logs if it had not been ended
   * @param link connection to node 0; null if there is none
   */
  static void tell(String node, boolean unrecorded, TrainingListener listener, ControlLink link) {
    String sentence = node + " was ended by a signal, such as SIGTERM or Ctrl-C";
    Runnable report =
        () -> {
          listener.message(
              sentence + (unrecorded ? ", before the run has written its recording." : "."));
          send(new Event.Failed(sentence + ".", false), link);
        };
    try {
      Daemon.start(report, "reports the signal that ends this process").join(LIMIT_MILLIS);
    } catch (InterruptedException e) {
      // InterruptedException never occurs here, because no code interrupts the thread that waits
      // for the report.
    }
  }

  private static void send(Event event, ControlLink link) {
    try {
      if (link != null) {
        link.send(event);
      }
    } catch (IOException e) {
      // If the connection to node 0 is closed, node 0 has already noticed that the job ends.
    }
  }
}
