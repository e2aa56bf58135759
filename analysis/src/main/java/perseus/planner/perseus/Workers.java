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

/** Threads that work on several plans at once, one thread per processor. */
final class Workers implements AutoCloseable {
  // Not the common pool: with a single thread in it, a task would start a thread of its own.
  private final ExecutorService pool =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

  <T> Future<T> submit(Callable<T> task) {
    return pool.submit(task);
  }

  /**
   * Waits for tasks and returns their results in the order of the tasks.
   *
   * @param progress receives the number of finished plans
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
        throw new CancellationException("planning was interrupted");
      }
      progress.step("plans", results.size(), tasks.size());
    }
    return results;
  }

  /** Interrupts all tasks that still run. */
  @Override
  public void close() {
    pool.shutdownNow();
  }
}
