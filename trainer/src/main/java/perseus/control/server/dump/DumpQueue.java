package perseus.control.server.dump;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the dumps of all jobs one after the other, on a thread of its own: a disk that stands
 * still holds up that thread alone. Nothing limits how much waits; who submits must, as {@link
 * JobDump} does.
 */
public final class DumpQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DumpQueue.class);
  private static final long PATIENCE_SECONDS = 60;

  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "perseus-dump");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @return done when it is written or has failed; a failure is logged, and the job goes on without
   *     what it was to write
   */
  public CompletableFuture<Void> submit(String jobId, Runnable dump) {
    return CompletableFuture.runAsync(dump, writer)
        .exceptionally(
            failure -> {
              LOG.error("A dump of {} failed: {}", jobId, failure.getCause().getMessage());
              return null;
            });
  }

  /** Writes what is still to be written. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.error("Dumps are missing: the disk did not take them within {} s.", PATIENCE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
