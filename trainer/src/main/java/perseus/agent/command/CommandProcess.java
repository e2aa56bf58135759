package perseus.agent.command;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import perseus.agent.wire.AgentSocket;
import perseus.io.AtomicFiles;
import perseus.io.UserError;

/** Runs the training command as a child process, which shares the terminal of the agent. */
public final class CommandProcess {
  /** The environment variable that contains the path of the agent's Unix socket. */
  public static final String SOCKET_VARIABLE = "PERSEUS_SOCKET";

  /** Exit code of a command that the signal SIGTERM has ended. */
  private static final int TERMINATED = 143;

  /** Exit code of a command that the signal SIGINT has ended. */
  private static final int INTERRUPTED = 130;

  private static final int SIGINT = 2;

  private final Process process;
  private final Runnable undoSignals;
  private final Consumer<String> messages;
  private final String variable;
  private Termination termination;
  private Interruption interruption;

  /**
   * Starts a command. While it runs, the agent passes each signal that it receives on to the
   * command.
   *
   * @param messages receives a sentence if processes of the command still run some seconds after
   *     {@link #terminate} or after Ctrl-C
   * @throws UserError if the command cannot be started
   */
  public CommandProcess(List<String> command, AgentSocket socket, Consumer<String> messages) {
    this.messages = messages;
    this.variable = SOCKET_VARIABLE + "=" + socket.path();
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put(SOCKET_VARIABLE, socket.path().toString());
    try {
      this.process = builder.start();
    } catch (IOException e) {
      throw new UserError(
          "The command %s cannot be started: %s."
              .formatted(
                  command.get(0),
                  AtomicFiles.reason(e).replaceFirst("^Cannot run program .*: error=\\d+, ", "")),
          e);
    }
    this.undoSignals = Signals.handle(this::pass);
  }

  private void pass(int signal) {
    // If the user presses Ctrl-C, the terminal itself sends SIGINT to the training command. Many
    // commands abort at once if they receive a second SIGINT.
    if (signal != SIGINT || !isInForegroundOfTerminal()) {
      kill(signal);
    }
    if (signal == SIGINT) {
      interrupted();
    }
  }

  private synchronized void interrupted() {
    if (interruption != null) {
      interruption.again();
    } else {
      ProcessHandle command = process.toHandle();
      interruption =
          new Interruption(
              () -> CommandProcesses.running(command, variable),
              Interruption.Patience.USUAL,
              messages);
    }
  }

  private synchronized Interruption interruption() {
    return interruption;
  }

  private void kill(int signal) {
    if (process.isAlive()) {
      NativeLibrary.getProcess()
          .getFunction("kill")
          .invokeInt(new Object[] {(int) process.pid(), signal});
    }
  }

  /** Ends the training command and all its descendants by the signal SIGTERM. */
  public synchronized void terminate() {
    if (termination == null && process.isAlive()) {
      termination = new Termination(process.toHandle(), messages);
    }
  }

  private synchronized Termination termination() {
    return termination;
  }

  private static boolean isInForegroundOfTerminal() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      // In /proc/PID/stat, the fields after the process name are: state, parent, process group,
      // session, terminal, foreground group.
      return !fields[4].equals("0") && fields[2].equals(fields[5]);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Waits until the training command has ended, and returns its exit code. If a signal has ended
   * the command, the exit code is 128 plus the number of the signal. After a call of {@link
   * #terminate}, the method {@code await} also waits some seconds for the descendants of the
   * training command. After Ctrl-C, the method {@code await} waits until all processes of the
   * training command have ended. The returned exit code is 0 if {@link #terminate} has ended the
   * training command.
   */
  public int await() {
    while (true) {
      try {
        int exitCode = process.waitFor();
        Termination ended = termination();
        if (ended != null) {
          ended.await();
        }
        if (exitCode == INTERRUPTED && interruption() == null) {
          // The command has ended before the agent received the SIGINT of the same Ctrl-C. The
          // command may have left ranks that ignore SIGINT.
          interrupted();
        }
        Interruption interrupted = interruption();
        if (interrupted != null) {
          interrupted.await();
        }
        undoSignals.run();
        return ended != null && exitCode == TERMINATED ? 0 : exitCode;
      } catch (InterruptedException e) {
        // An interrupt does not end the wait, because the agent must not end before the training
        // command.
      }
    }
  }
}
