package perseus.planner.perseus;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import perseus.io.Interruption;
import perseus.io.Progress;

/**
 * Runs tasks on a pool of threads, one thread for each processor, so that several plans are made at
 * the same time.
 */
final class Workers implements AutoCloseable {
  // Java's common pool is too small, because it has one thread less than the machine has
  // processors.
  private final ExecutorService pool =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), Workers::thread);

  /** Makes a daemon thread, which does not prevent the program from ending. */
  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "perseus-planner");
    thread.setDaemon(true);
    return thread;
  }

  <T> Future<T> submit(Callable<T> task) {
    return pool.submit(task);
  }

  /**
   * Waits for tasks and returns their results in the order of the tasks. A {@link RuntimeException}
   * or an {@link Error} of a task is thrown again.
   *
   * @param progress receives the number of finished tasks
   * @throws CancellationException if this thread is interrupted
   */
  static <T> List<T> results(List<Future<T>> tasks, Progress progress) {
    List<T> results = new ArrayList<>();
    for (Future<T> task : tasks) {
      Interruption.check();
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
        throw Interruption.again();
      }
      progress.step("plans", results.size(), tasks.size());
    }
    return results;
  }

  /** Interrupts the running tasks, which end within milliseconds, and drops the waiting tasks. */
  @Override
  public void close() {
    pool.shutdownNow();
  }
}
