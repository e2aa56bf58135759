package perseus.job.launcher;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import perseus.engine.TrainingListener;
import perseus.io.UserError;
import perseus.job.Heartbeat;
import perseus.job.NodeSettings;
import perseus.wire.ControlLink;
import perseus.wire.Deadline;
import perseus.wire.Handshake;
import perseus.wire.JobSecret;

/**
 * Connects the launcher of this node to node 0 (the node that coordinates the job). If node 0 does
 * not answer, the launcher tries again until the timeout.
 */
final class NodeZero {
  /** The launcher waits for the time {@code RETRY} between two attempts to connect to node 0. */
  private static final Duration RETRY = Duration.ofMillis(300);

  private NodeZero() {}

  /**
   * Connects to node 0. If node 0 does not answer, the method {@code call} tries again until the
   * timeout.
   *
   * @param master the address of node 0
   * @param secret the secret with which launchers authenticate themselves to node 0
   * @throws UserError if node 0 does not answer within the timeout, or if the process at the
   *     address of node 0 does not belong to this job
   */
  static ControlLink call(
      InetSocketAddress master, JobSecret secret, NodeSettings node, TrainingListener listener) {
    Deadline deadline = Deadline.after(node.timeout());
    boolean told = false;
    while (true) {
      try {
        InetSocketAddress resolved =
            new InetSocketAddress(master.getHostString(), master.getPort());
        if (resolved.isUnresolved()) {
          throw new UnknownHostException("the host name is unknown");
        }
        ControlLink link = ControlLink.connect(resolved, Handshake.Role.LAUNCHER, secret, deadline);
        if (node.node() > 0) {
          link.setReadTimeout(Heartbeat.SILENCE_LIMIT);
        }
        return link;
      } catch (Handshake.RefusedException e) {
        throw new UserError(
            "The process at %s:%d is not node 0 of this job: %s."
                .formatted(master.getHostString(), master.getPort(), e.getMessage()),
            e);
      } catch (IOException e) {
        if (deadline.isPassed()) {
          throw new UserError(
              "Node 0 did not answer at %s:%d within %d s: %s. Start node 0, or correct MASTER_ADDR and MASTER_PORT."
                  .formatted(
                      master.getHostString(),
                      master.getPort(),
                      node.timeout().toSeconds(),
                      e.getMessage()),
              e);
        }
        if (!told) {
          listener.message(
              "Waiting for node 0 at %s:%d.".formatted(master.getHostString(), master.getPort()));
          told = true;
        }
        sleep(RETRY);
      }
    }
  }

  /**
   * Lets the calling thread sleep for the given duration.
   *
   * @throws UserError if the thread is interrupted
   */
  static void sleep(Duration duration) {
    try {
      TimeUnit.MILLISECONDS.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("The run was interrupted.", e);
    }
  }
}
