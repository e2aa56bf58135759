package perseus.wire;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Repeats attempts to connect to a process of the job that is too busy to answer. */
public final class Retry {
  /** The time between two attempts. */
  private static final Duration PAUSE = Duration.ofMillis(300);

  private Retry() {}

  /** Opens a connection. */
  @FunctionalInterface
  public interface Attempt<T> {
    /** Tries once to open the connection. */
    T open() throws IOException;
  }

  /**
   * Connects to a process whose port is already open. The method does not try again if the other
   * process has refused this process, or if the port is closed. After any other failure, it tries
   * again until the deadline.
   *
   * @throws Handshake.RefusedException if the other process does not belong to the job
   * @throws ConnectException if the port is closed
   * @throws IOException if no attempt has succeeded before the deadline; the exception of the last
   *     attempt
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
