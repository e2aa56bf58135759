package perseus.control.client;

import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Checks once a second, on a separate thread, whether a plan server still answers. If the plan
 * server refuses two connections in a row, the watching thread reports that the server has ended.
 * If the plan server has not answered for 8 seconds ({@link #SILENCE_LIMIT}), the watching thread
 * reports that the server is unreachable.
 */
final class ServerWatch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(8);

  private final PlanClient client;
  private final String jobId;
  private final Consumer<String> lost;
  private final Thread thread = new Thread(this::watch, "plan server watch");

  ServerWatch(PlanClient client, String jobId, Consumer<String> lost) {
    this.client = client;
    this.jobId = jobId;
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
      // The method close() has interrupted the watching thread, so the thread ends.
    }
  }

  /** Returns the reason why the plan server did not answer; null if it answered. */
  private Throwable ping() {
    try {
      client.ping(jobId).join();
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
