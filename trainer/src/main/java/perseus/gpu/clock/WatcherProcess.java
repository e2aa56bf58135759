package perseus.gpu.clock;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import perseus.io.UserError;
import perseus.wire.Daemon;

/**
 * Starts the process {@link ClockWatcher} from the launcher (the process that starts the ranks),
 * and sends it the process IDs of the ranks. If the launcher is killed, the standard input of the
 * process {@link ClockWatcher} ends, and {@link ClockWatcher} then resets the GPUs.
 */
final class WatcherProcess {
  private static final int START_SECONDS = 60;

  private static final int END_SECONDS = 5;

  /**
   * Java 22 and later versions print a warning about native code, unless a command-line option
   * allows native code.
   */
  private static final int FIRST_VERSION_THAT_WARNS = 22;

  private final Process process;
  private final OutputStream input;
  private volatile boolean ending;

  /**
   * Starts the process {@link ClockWatcher}, and waits until it has shown that it can reset the
   * GPUs.
   *
   * @param environment additional environment variables of the process {@link ClockWatcher}
   * @param report function that receives a sentence if the process ends before {@link #end} is
   *     called
   * @throws UserError if the process {@link ClockWatcher} cannot be started
   */
  WatcherProcess(
      WatcherSettings settings, Map<String, String> environment, Consumer<String> report) {
    ProcessBuilder builder = new ProcessBuilder(command());
    builder.environment().putAll(environment);
    builder.directory(new File("/"));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      this.process = builder.start();
    } catch (IOException e) {
      throw failed(e.getMessage(), e);
    }
    this.input = process.getOutputStream();
    try {
      send(settings.toLine());
      awaitReady();
    } catch (RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
    process
        .onExit()
        .thenAccept(
            ended -> {
              if (!ending) {
                report.accept(
                    "The process that resets the clocks if this run is killed has ended (exit code %d). If this run is killed, run 'perseus-profile --reset-clocks'."
                        .formatted(ended.exitValue()));
              }
            });
  }

  private static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    List<String> classPath = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      classPath.add(Path.of(entry).toAbsolutePath().toString());
    }
    command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath)));
    command.addAll(
        List.of(
            "-Xmx32m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=off"));
    if (Runtime.version().feature() >= FIRST_VERSION_THAT_WARNS) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.add(ClockWatcher.class.getName());
    return command;
  }

  private void awaitReady() {
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    CompletableFuture<String> line =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return output.readLine();
              } catch (IOException e) {
                return null;
              }
            },
            task -> Daemon.start(task, "waits for the watcher of clocks"));
    try {
      String answer = line.get(START_SECONDS, TimeUnit.SECONDS);
      if (!ClockWatcher.READY.equals(answer)) {
        throw failed(answer == null ? "it has ended" : answer, null);
      }
    } catch (TimeoutException e) {
      throw failed("it is not ready after %d seconds".formatted(START_SECONDS), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("the start was interrupted", e);
    } catch (ExecutionException e) {
      throw failed(e.getCause().toString(), e);
    }
  }

  private static UserError failed(String reason, Exception cause) {
    return new UserError(
        "The process that resets the clocks if this run is killed cannot be started: %s. Without it, no clock is set. Remove the cause, or use --clock_control none."
            .formatted(reason.replaceFirst("\\.$", "")),
        cause);
  }

  /**
   * Sends the process ID and the start time of a rank to the process {@link ClockWatcher}. If the
   * launcher is killed, the process {@link ClockWatcher} resets the GPUs only after the rank has
   * ended.
   */
  void watch(long pid, long startMillis) {
    send(ClockWatcher.RANK + " " + pid + " " + startMillis);
  }

  private synchronized void send(String line) {
    try {
      input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      input.flush();
    } catch (IOException e) {
      // The process ClockWatcher has ended. The callback in the constructor tells the user that the
      // process has ended.
    }
  }

  /**
   * Tells the process {@link ClockWatcher} that all GPUs were reset, and waits until it has ended.
   */
  void end() {
    ending = true;
    send(ClockWatcher.DONE);
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
