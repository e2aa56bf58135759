package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.gpu.nvml.StubNvml;
import perseus.recording.run.RunManifest;

/** Sets the clocks of Python jobs on GPUs that a stub of NVIDIA's driver simulates. */
@Tag("slow")
class SteeredJobTest {
  private static final List<Integer> CLOCKS = List.of(1980, 1800, 1500, 1200);

  @TempDir Path home;
  private StubNvml gpus;

  @BeforeEach
  void createGpus() {
    PythonJob.requirePython();
    gpus = StubNvml.create(home.resolve("gpus")).set("gpus", 1).set("lock_delay_ms", 1);
  }

  private RankJob start(List<Object> flags, List<String> command) throws Exception {
    Map<String, String> environment = new HashMap<>(gpus.environment());
    environment.put("PERSEUS_LEASE_DIR", home.resolve("leases").toString());
    environment.put("PERSEUS_CLOCK_CONTROL", "nvml");
    List<Object> all = new ArrayList<>(List.of("--output_dir", home.resolve("run")));
    all.addAll(flags);
    return PythonJob.run(home, environment, all, command);
  }

  /** Starts a job of one rank under a plan. The job runs until the test ends it. */
  private RankJob planned(Object... jobFlags) throws Exception {
    Path plan = PythonJob.plan(home.resolve("plan.py"), CLOCKS.toString());
    List<Object> flags = new ArrayList<>(List.of("--ranks", 1, "--microbatches", 2));
    flags.addAll(List.of("--schedule", "gpipe"));
    flags.addAll(List.of(jobFlags));
    return start(
        List.of("--num_prof_steps", 3, "--plan", plan), PythonJob.command(flags.toArray()));
  }

  private List<Integer> lockedInTurn() {
    return gpus.settings().stream()
        .filter(setting -> setting.function().equals("nvmlDeviceSetGpuLockedClocks"))
        .map(setting -> setting.arguments().get(1))
        .toList();
  }

  private void awaitPlan() throws Exception {
    PythonJob.await("plan in force", () -> lockedInTurn().contains(1200));
  }

  private void awaitGivenBack() throws Exception {
    PythonJob.await("reset", () -> gpus.lockedClocks().isEmpty());
    PythonJob.await("removed lease", () -> home.resolve("leases").toFile().list().length == 0);
  }

  @Test
  void clocksAreSetForEachInstructionInTheOrderOfThePlan() throws Exception {
    try (RankJob job = planned("--forward", 0.05, "--iterations", 14)) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(outcome.err()).contains("plan.py", "Schedules and measurements");
    }
    List<Integer> locked = lockedInTurn();
    int start = locked.indexOf(1800) - 1;
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < locked.size() - start; i++) {
      expected.add(CLOCKS.get(i % CLOCKS.size()));
    }
    // The plan runs for three measured iterations, and for further iterations until the job ends.
    // The first clock of the plan is also the clock of the warm-up.
    assertThat(expected).hasSizeGreaterThanOrEqualTo(4 * 4);
    assertThat(locked.subList(start, locked.size())).isEqualTo(expected);
    assertThat(gpus.lockedClocks()).isEmpty();
  }

  @Test
  void trainingGoesOnWhenTheAgentIsKilledAndTheClocksAreGivenBack() throws Exception {
    try (RankJob job = planned()) {
      awaitPlan();
      List<ProcessHandle> training =
          job.ranks().stream()
              .filter(process -> process.info().command().orElse("").contains("python"))
              .toList();
      assertThat(training).isNotEmpty();
      try {
        job.process().destroyForcibly();
        awaitGivenBack();
        job.awaitOnErrorAfterEnd("training goes on");
        assertThat(training).allMatch(ProcessHandle::isAlive);
      } finally {
        training.forEach(ProcessHandle::destroyForcibly);
      }
    }
  }

  @Test
  void agentEndsWithTheExitCodeOfTrainingThatIsKilled() throws Exception {
    try (RankJob job = planned()) {
      awaitPlan();
      // The test kills the processes of the ranks, because no other process ends them.
      job.ranks().stream()
          .filter(process -> process.info().command().orElse("").contains("python"))
          .forEach(ProcessHandle::destroyForcibly);
      assertThat(job.end().exitCode()).isEqualTo(128 + 9);
      awaitGivenBack();
    }
  }

  @Test
  void signalsArePassedOnAndClocksAreGivenBack() throws Exception {
    try (RankJob job = planned()) {
      awaitPlan();
      job.process().destroy();
      assertThat(job.end().exitCode()).isEqualTo(128 + 15);
      awaitGivenBack();
    }
  }

  @Test
  void withoutARecorderInTheScriptTheEnergyOfEachGpuIsRecorded() throws Exception {
    try (RankJob job = start(List.of(), List.of("sleep", "2"))) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(outcome.err()).contains("W on average", "instructions are missing");
    }
    Path run = home.resolve("run");
    assertThat(Files.readAllLines(run.resolve("time-energy-0.csv"))).hasSizeGreaterThan(10);
    assertThat(run.resolve(RunManifest.FILE_NAME)).doesNotExist();
    assertThat(lockedInTurn()).isEmpty();
  }
}
