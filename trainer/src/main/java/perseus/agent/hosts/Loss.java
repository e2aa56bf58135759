package perseus.agent.hosts;

import java.io.IOException;
import java.net.SocketTimeoutException;
import perseus.wire.Heartbeat;

/** Describes for the user how the connection to the agent of another node was lost. */
final class Loss {
  private Loss() {}

  /**
   * Returns a sentence for the user about the lost connection.
   *
   * @param who node at the other end of the connection, as the subject of the sentence
   * @param cause exception that the lost connection has thrown
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
