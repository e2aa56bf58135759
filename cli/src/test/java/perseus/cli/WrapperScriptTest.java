package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs Python jobs that a shell script starts, as many users start theirs. */
@Tag("slow")
class WrapperScriptTest {
  private static final String SHELL = "sh";

  @TempDir Path home;
  private final List<ProcessHandle> started = new ArrayList<>();

  @BeforeEach
  void requirePython() {
    PythonJob.requirePython();
  }

  @AfterEach
  void killProcesses() {
    started.forEach(ProcessHandle::destroyForcibly);
  }

  /**
   * Starts a script that starts a process in the background, and then a job of two ranks.
   *
   * @param iterations number of iterations after which the job ends
   */
  private RankJob start(String background, int iterations, Object... flags) throws Exception {
    String job =
        PythonJob.command("--ranks", 2, "--forward", 0.005, "--iterations", iterations).stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    Path script =
        Files.writeString(
            home.resolve("job.sh"), background + " &\necho $! > pid\n" + job + "\ntouch next\n");
    List<Object> all = new ArrayList<>(List.of("--gpu", "sim:a100-pcie", "--num_prof_steps", 2));
    all.addAll(List.of("--minimum_frequency", 1395, "--output_dir", home.resolve("run")));
    all.addAll(List.of(flags));
    RankJob run = PythonJob.run(home, Map.of(), all, List.of(SHELL, script.toString()));
    PythonJob.await("two ranks of Python", () -> python(run).size() == 3);
    started.addAll(run.ranks());
    return run;
  }

  private static List<ProcessHandle> python(RankJob run) {
    return run.ranks().stream()
        .filter(process -> process.info().command().orElse("").contains("python"))
        .toList();
  }

  private ProcessHandle background() throws Exception {
    long pid = Long.parseLong(Files.readString(home.resolve("pid")).strip());
    return ProcessHandle.of(pid).orElseThrow();
  }

  @Test
  void stopEndsTheRanksBehindAScriptAndTheScriptDoesNotGoOn() throws Exception {
    try (RankJob run = start("sleep 300", 1_000_000, "--stop")) {
      List<ProcessHandle> processes = run.ranks();
      Outcome outcome = run.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(outcome.err()).doesNotContain("kill -KILL");
      RankJob.awaitGone(processes);
      assertThat(home.resolve("next")).doesNotExist();
    }
  }

  @Test
  void processesThatIgnoreSigtermAreNamed() throws Exception {
    try (RankJob run = start("(trap '' TERM; exec sleep 300)", 1_000_000, "--stop")) {
      ProcessHandle sleep = background();
      Outcome outcome = run.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(outcome.err()).contains("1 process", "kill -KILL " + sleep.pid() + "\n");
      assertThat(sleep.isAlive()).isTrue();
    }
  }

  @Test
  void withoutStopNoProcessIsEnded() throws Exception {
    try (RankJob run = start("sleep 300", 20)) {
      ProcessHandle sleep = background();
      Outcome outcome = run.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(home.resolve("next")).exists();
      assertThat(sleep.isAlive()).isTrue();
    }
  }
}
