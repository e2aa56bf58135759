package perseus.planner.perseus;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import perseus.io.Progress;

/** A pool of threads, one for each processor, that work on several plans at the same time. */
final class Workers implements AutoCloseable {
  // Not the common pool, which has one thread less than there are processors.
  private final ExecutorService pool =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

  /** Starts a task. */
  <T> Future<T> submit(Callable<T> task) {
    return pool.submit(task);
  }

  /**
   * Waits for tasks and returns their results in the order of the tasks.
   *
   * <p>A {@link RuntimeException} or {@link Error} of a task is thrown again here.
   *
   * @param progress receives the number of finished tasks
   * @throws CancellationException if this thread is interrupted
   */
  static <T> List<T> results(List<Future<T>> tasks, Progress progress) {
    List<T> results = new ArrayList<>();
    for (Future<T> task : tasks) {
      try {
        results.add(task.get());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        if (e.getCause() instanceof RuntimeException exception) {
          throw exception;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("Planning was interrupted.");
      }
      progress.step("plans", results.size(), tasks.size());
    }
    return results;
  }

  /** Interrupts the tasks that still run and drops those that wait. */
  @Override
  public void close() {
    pool.shutdownNow();
  }
}
