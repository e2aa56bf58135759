package perseus.job.launcher;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import perseus.engine.TrainingListener;
import perseus.io.UserError;
import perseus.job.Heartbeat;
import perseus.job.NodeSettings;
import perseus.wire.ControlLink;
import perseus.wire.Handshake;
import perseus.wire.JobSecret;

/** Where a node's launcher finds the coordinator of its job. */
final class NodeZero {
  private static final Duration RETRY = Duration.ofMillis(300);

  private NodeZero() {}

  /**
   * Connects with node 0, and waits for it if it is not there yet.
   *
   * @param master where it is
   * @param secret what launchers prove themselves with
   * @throws UserError if it does not answer in time, or what answers is not of this job
   */
  static ControlLink call(
      InetSocketAddress master, JobSecret secret, NodeSettings node, TrainingListener listener) {
    long deadline = System.nanoTime() + node.timeout().toNanos();
    boolean said = false;
    while (true) {
      try {
        InetSocketAddress resolved =
            new InetSocketAddress(master.getHostString(), master.getPort());
        if (resolved.isUnresolved()) {
          throw new UnknownHostException("no host of that name is known");
        }
        ControlLink link =
            ControlLink.connect(
                resolved,
                Handshake.Role.LAUNCHER,
                secret,
                Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime())));
        if (node.node() > 0) {
          link.setSilenceLimit(Heartbeat.SILENCE_LIMIT);
        }
        return link;
      } catch (Handshake.RefusedException e) {
        throw new UserError(
            "What listens at %s:%d is not node 0 of this job: %s."
                .formatted(master.getHostString(), master.getPort(), e.getMessage()),
            e);
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw new UserError(
              "Node 0 did not answer at %s:%d within %d s: %s."
                  .formatted(
                      master.getHostString(),
                      master.getPort(),
                      node.timeout().toSeconds(),
                      e.getMessage()),
              e);
        }
        if (!said) {
          listener.said(
              "Waiting for node 0 at %s:%d.".formatted(master.getHostString(), master.getPort()));
          said = true;
        }
        NodeLauncher.sleep(RETRY);
      }
    }
  }
}
