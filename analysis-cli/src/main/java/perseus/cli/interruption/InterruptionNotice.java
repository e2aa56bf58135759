package perseus.cli.interruption;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Prints which results an {@link Interruptible} command has kept when a signal ends the process.
 */
public final class InterruptionNotice {
  /** Maximum time in seconds that the shutdown waits for the thread of the command to end. */
  private static final int STOP_SECONDS = 5;

  private final Interruptible command;
  private final PrintWriter err;
  private final Thread worker = Thread.currentThread();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean finished;

  private InterruptionNotice(Interruptible command, PrintWriter err) {
    this.command = command;
    this.err = err;
  }

  /**
   * Runs a command and returns its exit code.
   *
   * @param command the command; the method prints a sentence only if the command is {@link
   *     Interruptible}
   * @param err writer to which the sentence about the kept results is printed
   * @param work function that runs the command and returns its exit code
   */
  public static int during(Object command, PrintWriter err, IntSupplier work) {
    return command instanceof Interruptible interruptible
        ? new InterruptionNotice(interruptible, err).run(work)
        : work.getAsInt();
  }

  private int run(IntSupplier work) {
    Thread hook = new Thread(this::tell);
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      int exitCode = work.getAsInt();
      finished = true;
      return exitCode;
    } finally {
      ended.countDown();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // Java refuses to remove the shutdown hook, because the process is already ending and runs
        // the hook.
      }
    }
  }

  private void tell() {
    if (command.stopsWork()) {
      worker.interrupt();
      try {
        ended.await(STOP_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        // No code interrupts the thread of the shutdown hook.
      }
    }
    String sentence = finished ? null : command.kept();
    if (sentence != null) {
      // The terminal has printed ^C on the line of the progress bar, so the sentence starts on a
      // new line.
      err.println(
          (Boolean.getBoolean("perseus.terminal") ? System.lineSeparator() : "") + sentence);
      err.flush();
    }
  }
}
