package perseus.job.node0;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import perseus.job.Command;
import perseus.wire.ControlLink;

/** A launcher or a rank that is connected to node 0. */
final class Peer {
  private final boolean launcher;
  private final int number;
  private final ControlLink link;

  /** Number of this process's heartbeats since the peer's last event. */
  private final AtomicInteger silentBeats = new AtomicInteger();

  /**
   * @param launcher true for a launcher, false for a rank
   * @param number the launcher's node, or the rank
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

  /** Sends a command. If that fails, the link is closed, and the thread that reads notices it. */
  void send(Command command) {
    try {
      link.send(command);
    } catch (IOException e) {
      link.close();
    }
  }

  /** Notes that an event of this peer has arrived. */
  void resetSilence() {
    silentBeats.set(0);
  }

  /**
   * Counts a heartbeat of this process.
   *
   * @return the number of heartbeats since the last event of this peer
   */
  int countSilentBeat() {
    return silentBeats.incrementAndGet();
  }
}
