package perseus.control.server.dump;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the dumps of all jobs one after the other on a separate thread; only that thread waits
 * when a disk hangs. The queue has no maximum length, so callers must limit what they submit, as
 * {@link JobDump} does.
 */
public final class DumpQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DumpQueue.class);
  private static final long CLOSE_TIMEOUT_SECONDS = 60;

  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "perseus-dump");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Adds a task that writes a part of a dump. A failure is logged, and the job continues without
   * that part.
   *
   * @return completes when the task has ended, normally also after a failure
   */
  public CompletableFuture<Void> submit(String jobId, Runnable dump) {
    return CompletableFuture.runAsync(dump, writer)
        .exceptionally(
            failure -> {
              LOG.error("A dump of {} failed: {}", jobId, failure.getCause().getMessage());
              return null;
            });
  }

  /** Runs the remaining tasks, for at most a minute. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        LOG.error(
            "Dumps are incomplete: the disk did not take them within {} s.", CLOSE_TIMEOUT_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
