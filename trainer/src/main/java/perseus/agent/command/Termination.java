package perseus.agent.command;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import perseus.wire.Daemon;

/**
 * Ends a command and all its descendants by SIGTERM. A signal to a shell script alone would not
 * reach the ranks, because a shell does not pass signals on.
 */
final class Termination {
  private static final int PATIENCE_SECONDS = 5;

  private static final int POLL_MILLIS = 50;

  private final List<ProcessHandle> processes;
  private final Thread watch;

  /**
   * Sends SIGTERM to the command and to all its descendants.
   *
   * @param messages receives a sentence if processes still run {@value #PATIENCE_SECONDS} s later
   */
  Termination(ProcessHandle command, Consumer<String> messages) {
    // The list of descendants is read before the first signal. When a process ends, the operating
    // system forgets which processes were its descendants. A parent gets the signal before its
    // children. Otherwise, a shell script could start its next command when its child has ended.
    this.processes = Stream.concat(Stream.of(command), command.descendants()).toList();
    processes.forEach(ProcessHandle::destroy);
    this.watch = Daemon.start(() -> report(messages), "watches processes that are ended");
  }

  private void report(Consumer<String> messages) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    List<ProcessHandle> running = running();
    while (!running.isEmpty() && System.nanoTime() < end) {
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
      running = running();
    }
    if (!running.isEmpty()) {
      String ids =
          running.stream()
              .map(process -> Long.toString(process.pid()))
              .collect(Collectors.joining(" "));
      messages.accept(
          "%d %s of the command still %s %d s after SIGTERM. To end %s at once: kill -KILL %s"
              .formatted(
                  running.size(),
                  running.size() == 1 ? "process" : "processes",
                  running.size() == 1 ? "runs" : "run",
                  PATIENCE_SECONDS,
                  running.size() == 1 ? "it" : "them",
                  ids));
    }
  }

  private List<ProcessHandle> running() {
    return processes.stream().filter(CommandProcesses::isRunning).toList();
  }

  /**
   * Waits until all processes have ended, but at most {@value #PATIENCE_SECONDS} seconds from the
   * signal.
   */
  void await() throws InterruptedException {
    watch.join();
  }
}
