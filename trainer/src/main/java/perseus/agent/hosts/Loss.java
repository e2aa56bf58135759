package perseus.agent.hosts;

import java.io.IOException;
import java.net.SocketTimeoutException;
import perseus.wire.Heartbeat;

/** Describes the loss of the agent of another node. */
final class Loss {
  private Loss() {}

  /**
   * Returns a sentence about the loss.
   *
   * @param who the lost agent
   * @param cause how its connection has ended
   */
  static String sentence(String who, IOException cause) {
    if (cause instanceof SocketTimeoutException) {
      return "%s is lost: its perseus-run has not answered for %d s."
          .formatted(who, Heartbeat.SILENCE_LIMIT.toSeconds());
    }
    return cause.getMessage() == null
        ? "%s is lost: its perseus-run has ended.".formatted(who)
        : "%s is lost: its connection ended (%s).".formatted(who, cause.getMessage());
  }
}
