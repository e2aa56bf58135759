package perseus.control.server.dump;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the state dumps (JSON files with schedules and results) of all jobs on one separate
 * thread, one task after the other. If the disk hangs, only the thread that writes the state dumps
 * waits. The queue of tasks has no maximum length, so each caller must limit the number of tasks
 * that it submits.
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
   * Adds a task that writes files of a job's state dump. If the task fails, the error is logged,
   * and the job continues without the files.
   *
   * @return future that completes when the task has ended; the future completes normally even if
   *     the task failed
   */
  public CompletableFuture<Void> submit(String jobId, Runnable dump) {
    return CompletableFuture.runAsync(dump, writer)
        .exceptionally(
            failure -> {
              LOG.error(
                  "Job {}: results could not be written: {}",
                  jobId,
                  failure.getCause().getMessage());
              return null;
            });
  }

  /** Runs the tasks that are still in the queue, for at most 60 seconds. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        LOG.error(
            "The files of the last results are incomplete, because the disk could not write them within {} s.",
            CLOSE_TIMEOUT_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
