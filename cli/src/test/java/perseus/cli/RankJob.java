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

/** {@code run.sh} as a process of its own, which starts a process per rank. */
final class RankJob implements AutoCloseable {
  /** Only a stop for what hangs: slow machines take as long as they need. */
  private static final int PATIENCE_SECONDS = 240;

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
   * @param home where its output is kept
   * @param environment added to this process's; any free port unless it names one
   */
  static RankJob start(Path home, Map<String, String> environment, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(TrainCommand.class.getName());
    Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
    return start(home, environment, command);
  }

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

  /** The processes of the ranks. */
  List<ProcessHandle> ranks() {
    return process.descendants().toList();
  }

  /** Waits until the job's standard error has a line with that text. */
  void awaitOnError(String text) throws IOException, InterruptedException {
    await(job -> job.err().contains(text), "'" + text + "'");
  }

  private void await(Predicate<RankJob> condition, String what)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.test(this)) {
      if (System.nanoTime() > end || !process.isAlive()) {
        throw new AssertionError("No " + what + " in: " + out() + err());
      }
      Thread.sleep(20);
    }
  }

  /** Waits for the end. */
  Outcome end() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("It hangs: " + out() + err());
    }
    return new Outcome(process.exitValue(), out(), err());
  }

  /** Waits until processes are gone. */
  static void awaitGone(List<ProcessHandle> processes) throws InterruptedException {
    for (ProcessHandle gone : processes) {
      for (int i = 0; gone.isAlive() && i < 50 * PATIENCE_SECONDS; i++) {
        Thread.sleep(20);
      }
      if (gone.isAlive()) {
        throw new AssertionError("Process " + gone.pid() + " is still there.");
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
