package perseus.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import perseus.io.Interruption;
import perseus.io.UserError;

/**
 * Connects a process to node 0 (the node that coordinates the job). If node 0 does not answer, the
 * process tries again until the timeout.
 */
public final class NodeZero {
  private static final Duration RETRY = Duration.ofMillis(300);

  private NodeZero() {}

  /**
   * Connects to node 0. If node 0 does not answer, the method tries again until the timeout.
   *
   * @param master the address of node 0
   * @param secret the secret with which this process authenticates itself to node 0
   * @param timeout the longest time to wait until node 0 answers
   * @param advice sentence for the error message about node 0 that does not answer; it says what
   *     the user can do
   * @param report function that receives a sentence for the user if the first attempt fails
   * @throws UserError if node 0 does not answer within the timeout, or if the process at its
   *     address does not belong to this job
   */
  public static ControlLink call(
      InetSocketAddress master,
      Handshake.Role role,
      JobSecret secret,
      Duration timeout,
      String advice,
      Consumer<String> report) {
    Deadline deadline = Deadline.after(timeout);
    boolean told = false;
    while (true) {
      try {
        InetSocketAddress resolved =
            new InetSocketAddress(master.getHostString(), master.getPort());
        if (resolved.isUnresolved()) {
          throw new UnknownHostException("the host name is unknown");
        }
        return ControlLink.connect(resolved, role, secret, deadline);
      } catch (Handshake.RefusedException e) {
        throw new UserError(
            "The process at %s:%d is not node 0 of this job: %s."
                .formatted(master.getHostString(), master.getPort(), e.getMessage()),
            e);
      } catch (IOException e) {
        if (deadline.isPassed()) {
          throw new UserError(
              "Node 0 did not answer at %s:%d within %d s: %s. %s"
                  .formatted(
                      master.getHostString(),
                      master.getPort(),
                      timeout.toSeconds(),
                      e.getMessage(),
                      advice),
              e);
        }
        if (!told) {
          report.accept(
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
  public static void sleep(Duration duration) {
    try {
      TimeUnit.MILLISECONDS.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      throw Interruption.ofRun(e);
    }
  }
}
