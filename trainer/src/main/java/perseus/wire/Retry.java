package perseus.wire;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Connects to another process of the job, and tries again if that process is too busy to answer.
 */
public final class Retry {
  private static final Duration PAUSE = Duration.ofMillis(300);

  private Retry() {}

  /** Defines one attempt to open a connection. */
  @FunctionalInterface
  public interface Attempt<T> {
    T open() throws IOException;
  }

  /**
   * Connects to a process whose port is already open. If the other process has refused this
   * process, or if the port is closed, the method throws an error at once. After an error such as a
   * timeout (the other process may be busy), the method tries again until the deadline.
   *
   * @throws Handshake.RefusedException if the other process does not belong to the job
   * @throws ConnectException if the port is closed
   * @throws IOException if no attempt has succeeded before the deadline; the exception of the last
   *     attempt is thrown
   * @throws InterruptedException if the thread is interrupted between two attempts
   */
  public static <T> T connect(Deadline deadline, Attempt<T> attempt)
      throws IOException, InterruptedException {
    while (true) {
      try {
        return attempt.open();
      } catch (IOException e) {
        if (e instanceof Handshake.RefusedException
            || e instanceof ConnectException
            || deadline.isPassed()) {
          throw e;
        }
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    }
  }
}
