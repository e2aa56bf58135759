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
 * A rank's process, started by this one. Its standard input stays open as long as this process
 * lives: the system closes it even where this process is killed, and so tells the rank.
 */
public final class RankProcess {
  private static final int SIGNALLED = 128;
  private static final int SIGKILL = 9;

  private final int rank;
  private final Process process;
  private final OutputStream input;
  private final Thread out;
  private final Thread err;
  private volatile String lastError = "";

  /** Takes the lines that a rank prints. */
  @FunctionalInterface
  public interface Output {
    /**
     * @param error whether on its standard error
     */
    void line(int rank, String line, boolean error);
  }

  /**
   * Starts a rank.
   *
   * @param command program and arguments
   * @param environment added to this process's
   * @param settings the first line of its standard input
   * @throws UserError if it cannot be started
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
      // It has ended already, and says why itself.
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
      // Killed in the middle of a line.
    }
  }

  /** Its rank in the job. */
  public int rank() {
    return rank;
  }

  /** The process's number. */
  public long pid() {
    return process.pid();
  }

  /** Completed with the exit code when the process has ended. */
  public CompletableFuture<Integer> exit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** Why the process ended, in words, with the last line of its standard error. */
  public String epitaph(int exitCode) {
    try {
      // What it printed last is still on its way here.
      err.join(1_000);
      out.join(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String last = lastError.replaceFirst("\\.$", "");
    if (exitCode > SIGNALLED) {
      int signal = exitCode - SIGNALLED;
      String killed =
          "was ended by signal "
              + signal
              + (signal == SIGKILL ? " (killed, or out of memory)" : "");
      return last.isEmpty() ? killed : killed + "; its last words: " + last;
    }
    if (last.isEmpty()) {
      return "ended with exit code " + exitCode + " and without a word";
    }
    return "failed: " + last;
  }

  /** Ends the process at once and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
