package perseus.control.client;

import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks a plan server again and again whether it is there. One that refuses connections twice in a
 * row has ended, one that is silent for {@link #SILENCE_LIMIT} cannot be reached any more.
 */
final class ServerWatch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(8);

  private final PlanClient client;
  private final Consumer<String> lost;
  private final Thread thread = new Thread(this::watch, "watches over the plan server");

  /**
   * Begins to watch.
   *
   * @param lost takes the sentence that says so, once, on another thread
   */
  ServerWatch(PlanClient client, Consumer<String> lost) {
    this.client = client;
    this.lost = lost;
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    long lastAnswer = System.nanoTime();
    boolean refused = false;
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(INTERVAL.toMillis());
        Throwable failure = ask();
        boolean refusedNow = failure instanceof ConnectException;
        if (failure == null) {
          lastAnswer = System.nanoTime();
        } else if (refused && refusedNow) {
          lost.accept("The plan server at %s is gone: it has ended.".formatted(client.url()));
          return;
        } else if (System.nanoTime() - lastAnswer > SILENCE_LIMIT.toNanos()) {
          lost.accept(
              "The plan server at %s is gone: it has not answered for %d s."
                  .formatted(client.url(), SILENCE_LIMIT.toSeconds()));
          return;
        }
        refused = refusedNow;
      }
    } catch (InterruptedException e) {
      // Nobody wants to know any more.
    }
  }

  /** Why there was no answer; null where there was one. */
  private Throwable ask() throws InterruptedException {
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
