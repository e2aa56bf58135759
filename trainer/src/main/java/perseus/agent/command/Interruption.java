package perseus.agent.command;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import perseus.wire.Daemon;

/**
 * Ends a command that the user has interrupted with Ctrl-C, even if some of its processes ignore
 * SIGINT. Processes that still run after a grace time are named and get SIGTERM. Processes that
 * ignore SIGTERM too are named and get SIGKILL. The second Ctrl-C ends the first grace time, and
 * the third Ctrl-C ends the second one.
 */
final class Interruption {
  private static final int POLL_MILLIS = 100;

  /** Grace times in seconds. A job may need some seconds to save its state. */
  record Patience(int interruptSeconds, int terminateSeconds) {
    static final Patience USUAL = new Patience(10, 20);
  }

  private final Supplier<List<ProcessHandle>> running;
  private final Patience patience;
  private final Consumer<String> messages;
  private final Thread watch;
  private final long start = System.nanoTime();
  private volatile int count = 1;

  /**
   * @param running returns the processes of the command that still run
   * @param messages receives a sentence before processes get a signal
   */
  Interruption(
      Supplier<List<ProcessHandle>> running, Patience patience, Consumer<String> messages) {
    this.running = running;
    this.patience = patience;
    this.messages = messages;
    this.watch = Daemon.start(this::end, "ends an interrupted command");
  }

  /**
   * Notes that the user has pressed Ctrl-C again. A signal in the first second is the first Ctrl-C,
   * which can arrive after the command has ended by it.
   */
  synchronized void again() {
    if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(1)) {
      count++;
    }
  }

  private void end() {
    try {
      List<ProcessHandle> left = await(patience.interruptSeconds(), 2);
      if (left.isEmpty()) {
        return;
      }
      messages.accept(
          "%s after Ctrl-C; %s now: %s."
              .formatted(
                  stillRun(left),
                  left.size() == 1 ? "it gets SIGTERM" : "they get SIGTERM",
                  names(left)));
      left.forEach(ProcessHandle::destroy);
      left = await(patience.terminateSeconds(), 3);
      if (left.isEmpty()) {
        return;
      }
      messages.accept(
          "%s after SIGTERM, too, and %s killed (SIGKILL): %s."
              .formatted(stillRun(left), left.size() == 1 ? "is" : "are", names(left)));
      left.forEach(ProcessHandle::destroyForcibly);
      await(1, Integer.MAX_VALUE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String stillRun(List<ProcessHandle> left) {
    return left.size() == 1
        ? "1 process of the command still runs"
        : left.size() + " processes of the command still run";
  }

  private static String names(List<ProcessHandle> left) {
    return left.stream().map(CommandProcesses::name).collect(Collectors.joining(", "));
  }

  /**
   * Waits until all processes have ended, but at most the given time or until the user has pressed
   * Ctrl-C {@code impatient} times. Returns the processes that still run.
   */
  private List<ProcessHandle> await(int seconds, int impatient) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    List<ProcessHandle> left = running.get();
    while (!left.isEmpty() && System.nanoTime() < end && count < impatient) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      left = running.get();
    }
    return left;
  }

  /** Waits until all processes have ended or have been killed. */
  void await() throws InterruptedException {
    watch.join();
  }
}
