package perseus.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import perseus.cli.train.TrainCommand;

/** Runs {@code run.sh}, which starts one process for each rank, in a separate process. */
final class RankJob implements AutoCloseable {
  /**
   * Maximum time in seconds that the test waits for a process. The time is long, so that slow
   * machines can finish.
   */
  private static final int TIMEOUT_SECONDS = 240;

  private final Process process;
  private final Path out;
  private final Path err;

  private RankJob(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts a job.
   *
   * @param home directory for the job's output
   * @param environment variables that are added to this process's environment; if MASTER_PORT is
   *     missing, the job uses any free port
   */
  static RankJob start(Path home, Map<String, String> environment, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(TrainCommand.class.getName());
    Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
    return start(home, environment, command);
  }

  /** Starts a job with the given command instead of {@code run.sh}. */
  static RankJob start(Path home, Map<String, String> environment, List<String> command)
      throws IOException {
    Path out = Files.createTempFile(home, "out", ".txt");
    Path err = Files.createTempFile(home, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("MASTER_PORT", "0");
    builder.environment().putAll(environment);
    return new RankJob(builder.start(), out, err);
  }

  Process process() {
    return process;
  }

  List<ProcessHandle> ranks() {
    return process.descendants().toList();
  }

  /** Waits until the job's standard error contains a text. */
  void awaitOnError(String text) throws IOException, InterruptedException {
    await(job -> job.err().contains(text), "'" + text + "'");
  }

  private void await(Predicate<RankJob> condition, String description)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (!condition.test(this)) {
      if (System.nanoTime() > end || !process.isAlive()) {
        throw new AssertionError("No " + description + " in: " + out() + err());
      }
      Thread.sleep(20);
    }
  }

  /**
   * Waits until processes that still run after the end of the job have written a text to its
   * standard error.
   */
  void awaitOnErrorAfterEnd(String text) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (!err().contains(text)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("No '" + text + "' in: " + err());
      }
      Thread.sleep(20);
    }
  }

  Outcome end() throws IOException, InterruptedException {
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("The job hangs: " + out() + err());
    }
    return new Outcome(process.exitValue(), out(), err());
  }

  static void awaitGone(List<ProcessHandle> processes) throws InterruptedException {
    for (ProcessHandle process : processes) {
      for (int i = 0; process.isAlive() && i < 50 * TIMEOUT_SECONDS; i++) {
        Thread.sleep(20);
      }
      if (process.isAlive()) {
        throw new AssertionError("Process " + process.pid() + " has not ended.");
      }
    }
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    List<ProcessHandle> all =
        Stream.concat(ranks().stream(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
  }
}
