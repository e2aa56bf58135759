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
   * Sends a command. If sending a command to a peer fails, the method {@code send} closes the link
   * to the peer. When a link is closed, the thread that reads from this link reports the peer as
   * lost.
   */
  void send(Command command) {
    try {
      link.send(command);
    } catch (IOException e) {
      link.close();
    }
  }

  /**
   * Sets the counter of heartbeats since the last event from this peer (launcher or rank) to 0. The
   * method {@code resetSilence} is called when an event of this peer has arrived.
   */
  void resetSilence() {
    silentBeats.set(0);
  }

  /**
   * Adds 1 to the counter of heartbeats that node 0 has sent since the last event from this peer
   * (launcher or rank).
   *
   * @return the number of heartbeats that node 0 has sent since the last event from this peer
   */
  int countSilentBeat() {
    return silentBeats.incrementAndGet();
  }
}
