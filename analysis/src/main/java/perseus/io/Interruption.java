package perseus.io;

import java.util.concurrent.CancellationException;

/**
 * Ends long work on a thread that another thread has interrupted. Long work calls {@link #check}
 * every few milliseconds.
 */
public final class Interruption {
  private Interruption() {}

  /**
   * Does nothing unless the current thread is interrupted. The thread stays interrupted.
   *
   * @throws CancellationException if the current thread is interrupted
   */
  public static void check() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("The work was interrupted.");
    }
  }

  /**
   * Marks the current thread as interrupted again. A method of Java that throws
   * InterruptedException clears the interrupt status of the thread.
   *
   * @return the exception for the caller to throw
   */
  public static CancellationException again() {
    Thread.currentThread().interrupt();
    return new CancellationException("The work was interrupted.");
  }

  /**
   * Marks the current thread as interrupted again, and returns the error that ends a run.
   *
   * @param cause the interruption that a method of Java has reported
   */
  public static UserError ofRun(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new UserError("The run was interrupted.", cause);
  }
}
