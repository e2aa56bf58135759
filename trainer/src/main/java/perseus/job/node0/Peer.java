package perseus.job.node0;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import perseus.job.Command;
import perseus.wire.ControlLink;

/** A launcher or a rank, at the other end of a connection. */
final class Peer {
  private final boolean launcher;
  private final int number;
  private final ControlLink link;
  private final AtomicInteger silentBeats = new AtomicInteger();

  /**
   * @param launcher whether it is one, or else a rank
   * @param number of its node, or its rank
   */
  Peer(boolean launcher, int number, ControlLink link) {
    this.launcher = launcher;
    this.number = number;
    this.link = link;
  }

  boolean launcher() {
    return launcher;
  }

  int number() {
    return number;
  }

  ControlLink link() {
    return link;
  }

  /** Tells it something; if that fails it is gone, which its reader notices. */
  void tell(Command order) {
    try {
      link.send(order);
    } catch (IOException e) {
      link.close();
    }
  }

  /** It has said something. */
  void heard() {
    silentBeats.set(0);
  }

  /**
   * Another heartbeat of this process is due.
   *
   * @return how many have been since it has said something
   */
  int beat() {
    return silentBeats.incrementAndGet();
  }
}
