package perseus.job.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import perseus.io.UserError;
import perseus.wire.Daemon;

/**
 * Starts and watches the process of one rank. The standard input of the rank's process stays open
 * while the launcher's process runs. If the launcher's process is killed, the operating system
 * closes the rank's standard input. If the rank's standard input is closed, the rank ends.
 */
final class RankProcess {
  /**
   * If a signal ends a process, the exit code of the process is 128 plus the number of the signal.
   */
  private static final int SIGNAL_OFFSET = 128;

  private static final int SIGKILL = 9;

  private final int rank;
  private final Process process;
  private final OutputStream input;
  private final Thread out;
  private final Thread err;
  private volatile String lastError = "";

  /** Receives the lines that a rank prints. */
  @FunctionalInterface
  public interface Output {
    /**
     * Receives one line that a rank has printed.
     *
     * @param error true if the rank has printed the line to standard error, false if to standard
     *     output
     */
    void line(int rank, String line, boolean error);
  }

  /**
   * Starts the process of a rank.
   *
   * @param command path of the program and its arguments
   * @param environment environment variables that are added to the variables of this process
   * @param settings the rank's settings, which are written as the first line of its standard input
   * @param output function that receives the lines that the rank prints. The function {@code
   *     output} must be thread-safe, because two threads call it.
   * @throws UserError if the process cannot be started
   */
  public RankProcess(
      int rank,
      List<String> command,
      Map<String, String> environment,
      String settings,
      Output output) {
    this.rank = rank;
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    try {
      this.process = builder.start();
    } catch (IOException e) {
      throw new UserError(
          "The process of rank %d cannot be started: %s.".formatted(rank, e.getMessage()), e);
    }
    this.input = process.getOutputStream();
    this.out = follow(process.getInputStream(), output, false);
    this.err = follow(process.getErrorStream(), output, true);
    try {
      input.write((settings + "\n").getBytes(StandardCharsets.UTF_8));
      input.flush();
    } catch (IOException e) {
      // If the settings cannot be written, the rank's process has already ended. If the rank's
      // process ends early, its output contains the cause.
    }
  }

  private Thread follow(InputStream stream, Output output, boolean error) {
    return Daemon.start(() -> copy(stream, output, error), "prints what rank " + rank + " prints");
  }

  private void copy(InputStream stream, Output output, boolean error) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        if (error && !line.isBlank()) {
          lastError = line.strip();
        }
        output.line(rank, line, error);
        line = lines.readLine();
      }
    } catch (IOException e) {
      // Reading fails if the rank's process was killed while it printed a line.
    }
  }

  /** Returns the rank's number in the job. */
  public int rank() {
    return rank;
  }

  /** Returns the process ID of the rank's process. */
  public long pid() {
    return process.pid();
  }

  /** Returns a future that completes with the exit code when the rank's process ends. */
  public CompletableFuture<Integer> exit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /**
   * Returns a text that describes how the rank's process has ended. The text contains the last line
   * of the process's standard error. The text continues a sentence about the rank, for example "was
   * ended by signal 9".
   */
  public String describeExit(int exitCode) {
    try {
      // Waits at most 1 second until the threads that read the process's output have read its last
      // lines.
      err.join(1_000);
      out.join(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String last = lastError.replaceFirst("\\.$", "");
    if (exitCode > SIGNAL_OFFSET) {
      int signal = exitCode - SIGNAL_OFFSET;
      String killed =
          "was ended by signal "
              + signal
              + (signal == SIGKILL ? " (killed, or out of memory)" : "");
      return last.isEmpty() ? killed : killed + "; its last output was: " + last;
    }
    if (last.isEmpty()) {
      return "ended with exit code " + exitCode + " and printed no error";
    }
    return "failed: " + last;
  }

  /** Kills the rank's process, without waiting until the process has ended. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Waits at most 5 seconds until the killed process has ended. */
  public void awaitKilled() {
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
