package perseus.job.node0;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import perseus.job.Command;
import perseus.wire.ControlLink;

/**
 * Represents a launcher or a rank that is connected to node 0. The methods of this class send
 * commands to the launcher or to the rank.
 */
final class Peer {
  private final boolean launcher;
  private final int number;
  private final ControlLink link;

  /** Counts the heartbeats that node 0 has sent since the last event from this launcher or rank. */
  private final AtomicInteger silentBeats = new AtomicInteger();

  /**
   * @param launcher true for a launcher, false for a rank
   * @param number the number of the launcher's node, or the number of the rank
   */
  Peer(boolean launcher, int number, ControlLink link) {
    this.launcher = launcher;
    this.number = number;
    this.link = link;
  }

  boolean isLauncher() {
    return launcher;
  }

  int number() {
    return number;
  }

  ControlLink link() {
    return link;
  }

  /**
   * Sends a command. If sending fails, the method closes the link to the launcher or rank. The
   * thread that reads from a closed link reports the launcher or rank as lost.
   */
  void send(Command command) {
    try {
      link.send(command);
    } catch (IOException e) {
      link.close();
    }
  }

  /**
   * Sets the number of heartbeats since the last event to 0, because an event has arrived from this
   * launcher or rank.
   */
  void resetSilence() {
    silentBeats.set(0);
  }

  /**
   * Adds 1 to the number of heartbeats that node 0 has sent since the last event from this launcher
   * or rank.
   *
   * @return the new value of the counter
   */
  int countSilentBeat() {
    return silentBeats.incrementAndGet();
  }
}
