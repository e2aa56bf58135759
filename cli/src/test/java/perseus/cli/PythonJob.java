package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import perseus.cli.run.RunCommand;

/** Runs a pipeline-parallel job of Python processes under {@code perseus-run}. */
final class PythonJob {
  private static final String PYTHON = "python3";
  private static final Path RECORDER =
      Path.of(System.getProperty("perseus.root"), "recorders", "python");

  private PythonJob() {}

  /** Skips the test if this machine has no Python 3. */
  static void requirePython() {
    boolean found;
    try {
      found = new ProcessBuilder(PYTHON, "--version").start().waitFor() == 0;
    } catch (IOException e) {
      found = false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    assumeTrue(found, "This machine has no python3.");
  }

  /** Returns the folder of the Python package that records instructions. */
  static Path recorder() {
    return RECORDER;
  }

  /** Returns the command of the job, with its flags. */
  static List<String> command(Object... flags) {
    List<String> command = new ArrayList<>(List.of(PYTHON));
    command.add(RECORDER.resolve("tests").resolve("pipeline_job.py").toString());
    List.of(flags).forEach(flag -> command.add(flag.toString()));
    return command;
  }

  /** Starts {@code perseus-run} around a command. */
  static RankJob run(
      Path home, Map<String, String> environment, List<Object> flags, List<String> command)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), RunCommand.class.getName()));
    flags.forEach(flag -> line.add(flag.toString()));
    line.add("--");
    line.addAll(command);
    return RankJob.start(home, environment, line);
  }

  /**
   * Writes a plan file for one stage.
   *
   * @param clocks the clocks in MHz, separated by commas
   */
  static Path plan(Path file, String clocks) throws IOException {
    return Files.writeString(file, "[\n" + clocks + ",\n]\n");
  }

  /**
   * Waits until a condition is true, for at most 60 seconds.
   *
   * @param what name of the condition for the error message
   */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("no " + what).isLessThan(end);
      Thread.sleep(50);
    }
  }
}
