package perseus.control.client;

import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Checks once a second on a thread whether a plan server still answers. A server that refuses two
 * connections in a row has ended. One that has not answered for {@link #SILENCE_LIMIT} is
 * considered unreachable.
 */
final class ServerWatch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(8);

  private final PlanClient client;
  private final Consumer<String> lost;
  private final Thread thread = new Thread(this::watch, "plan server watch");

  /**
   * Starts to watch.
   *
   * @param lost receives one sentence, on the watching thread, when the server is lost
   */
  ServerWatch(PlanClient client, Consumer<String> lost) {
    this.client = client;
    this.lost = lost;
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    long lastAnswer = System.nanoTime();
    boolean refusedBefore = false;
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(INTERVAL.toMillis());
        Throwable failure = ping();
        boolean refused = failure instanceof ConnectException;
        if (failure == null) {
          lastAnswer = System.nanoTime();
        } else if (refusedBefore && refused) {
          lost.accept("The plan server at %s is gone: it has ended.".formatted(client.url()));
          return;
        } else if (System.nanoTime() - lastAnswer > SILENCE_LIMIT.toNanos()) {
          lost.accept(
              "The plan server at %s is gone: it has not answered for %d s."
                  .formatted(client.url(), SILENCE_LIMIT.toSeconds()));
          return;
        }
        refusedBefore = refused;
      }
    } catch (InterruptedException e) {
      // The watch was closed.
    }
  }

  /** Returns why the server did not answer; null if it did. */
  private Throwable ping() {
    try {
      client.ping().join();
      return null;
    } catch (CompletionException e) {
      return e.getCause();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
