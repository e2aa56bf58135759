package perseus.agent;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import perseus.io.UserError;

/** Runs all actions that choose the clocks of a job on one thread, one after the other. */
final class SteeringThread implements AutoCloseable {
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "steers the job"));

  /**
   * Runs an action on the thread of {@code SteeringThread}, and waits for its result.
   *
   * @throws UserError if the action throws a {@link UserError}, or if the job has ended
   */
  <T> T call(Callable<T> action) {
    try {
      return thread.submit(action).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (RejectedExecutionException e) {
      throw new UserError("The job has ended.", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException problem) {
        throw problem;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Runs an action on the thread of {@code SteeringThread} after some seconds, unless the job ends
   * earlier.
   */
  void later(int seconds, Runnable action) {
    try {
      thread.schedule(action, seconds, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      // The job has ended, so the action is not needed.
    }
  }

  /** Runs an action on the thread of {@code SteeringThread} every second until the job ends. */
  void everySecond(Runnable action) {
    thread.scheduleAtFixedRate(action, 1, 1, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
