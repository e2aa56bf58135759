package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.train.ProfileCommand;
import perseus.control.Mode;
import perseus.control.policy.Schedulers;
import perseus.control.server.PlanServer;
import perseus.control.server.job.ServerSettings;
import perseus.gpu.nvml.StubNvml;
import perseus.job.ChildProcesses;
import perseus.recording.run.RunManifest;

/**
 * Runs jobs on GPUs that a stub of NVIDIA's driver simulates; tensors are computed on the CPU.
 * However a job ends, the clocks that it has locked must be reset.
 */
@Tag("slow")
class StubGpuTest {
  private static final List<Object> JOB = List.of("gpt3-nano", 1, 2, "--seq_length", 16);

  @TempDir Path home;
  private StubHost host;
  private StubNvml gpus;

  @BeforeEach
  void createGpus() {
    host = StubHost.in(home);
    gpus = host.gpus();
  }

  private RankJob profile(Object... more) throws IOException {
    List<Object> arguments = new ArrayList<>(JOB);
    arguments.addAll(List.of("--gpu", "nvml", "--output_dir", home.resolve("run")));
    arguments.addAll(List.of(more));
    return host.start(ProfileCommand.class, Map.of(), arguments);
  }

  private static PlanServer server(Map<String, Object> arguments, Mode mode) {
    return PlanServer.start(
        ServerSettings.local(Schedulers.choose("InstructionProfiler", arguments, mode), 0, null));
  }

  /** Starts a job that locks a clock and runs until the test ends it. */
  private RankJob endless() throws Exception {
    RankJob job = profile("--pp", 1, "--num_prof_steps", 1_000_000);
    job.awaitOnError("step 1 of");
    StubHost.await("a locked clock", () -> !gpus.lockedClocks().isEmpty());
    return job;
  }

  @Test
  void ringFromProfileToReplayLocksAndGivesBackClocks() throws Exception {
    try (RankJob job = profile("--pp", 2, "--num_prof_steps", 6, "--minimum_frequency", 1950)) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(outcome.out() + outcome.err()).doesNotContain("simulated").contains("1950 MHz");
    }
    Path run = home.resolve("run");
    assertThat(gpus.lockedClocks()).isEmpty();
    assertThat(home.resolve("leases")).isEmptyDirectory();
    assertThat(run.resolve("power-samples-1.csv")).isNotEmptyFile();
    assertThat(run.resolve("gpu-state-1.csv")).isNotEmptyFile();

    RunManifest manifest = RunManifest.read(run.resolve(RunManifest.FILE_NAME));
    assertThat(manifest.powerSource()).isEqualTo("nvml");
    assertThat(manifest.clockControl()).isEqualTo("nvml");
    assertThat(manifest.driver()).isNotBlank();
    assertThat(manifest.switchSeconds()).isBetween(0.005, 0.5);
    assertThat(manifest.ranks().get(1).device()).startsWith("GPU-");
    assertThat(manifest.schedules())
        .filteredOn(schedule -> !schedule.warmup())
        .extracting(RunManifest.Schedule::frequencyMhz)
        .containsExactly(1980, 1965, 1950);

    Path plans = home.resolve("plans");
    // The times of the computations do not depend on the clocks. Only the planner {@code uniform}
    // accepts a profile with equal times.
    List<Object> analysis = new ArrayList<>(List.of(run, "-o", plans, "--no-charts"));
    analysis.addAll(List.of("--blocking-power", 75, "--planner", "uniform"));
    try (RankJob job = host.start(AnalyzeCommand.class, Map.of(), analysis)) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(outcome.out()).contains("change of clock").doesNotContain("simulated");
    }
    try (var files = Files.list(plans.resolve("plans"))) {
      Path plan = files.sorted().findFirst().orElseThrow();
      try (RankJob job = profile("--pp", 2, "--num_prof_steps", 3, "--plan", plan, "--overwrite")) {
        Outcome outcome = job.end();
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains(plan.getFileName().toString()).contains("all-max");
      }
    }
    assertThat(gpus.lockedClocks()).isEmpty();
  }

  private enum Ending {
    KILLED_RANK,
    KILLED_LAUNCHER,
    KILLED_LAUNCHER_AND_RANK,
    TERMINATED,
    INTERRUPTED,
    LOST_GPU
  }

  @ParameterizedTest
  @EnumSource
  void clocksAreGivenBackHoweverTheRunEnds(Ending ending) throws Exception {
    try (RankJob job = endless()) {
      List<ProcessHandle> ranks = children(job, "RankMain");
      assertThat(ranks).hasSize(1);
      switch (ending) {
        case KILLED_RANK -> kill("KILL", ranks.get(0));
        case KILLED_LAUNCHER -> kill("KILL", job.process().toHandle());
        case KILLED_LAUNCHER_AND_RANK -> kill("KILL", job.process().toHandle(), ranks.get(0));
        case TERMINATED -> kill("TERM", job.process().toHandle());
        case INTERRUPTED -> kill("INT", job.process().toHandle(), ranks.get(0));
        case LOST_GPU -> gpus.set("error.nvmlDeviceGetTotalEnergyConsumption", 15);
      }
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).isNotZero();
      if (ending == Ending.LOST_GPU) {
        assertThat(outcome.err()).contains("Rank 0").contains("lost");
      }
      StubHost.await("reset", () -> gpus.lockedClocks().isEmpty());
      StubHost.await("removed lease", () -> home.resolve("leases").toFile().list().length == 0);
    }
  }

  @Test
  void clocksAreGivenBackWhenTheDiskIsFull() throws Exception {
    Path disk = Files.createDirectory(home.resolve("disk"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()),
        "this user cannot mount a small disk");
    try {
      host = new StubHost(home, gpus, disk.resolve("leases"));
      try (RankJob job =
          profile("--pp", 1, "--num_prof_steps", 1_000_000, "--output_dir", disk.resolve("run"))) {
        job.awaitOnError("step 1 of");
        StubHost.await("a locked clock", () -> !gpus.lockedClocks().isEmpty());
        assertThat(run("dd", "if=/dev/zero", "of=" + disk.resolve("filler"))).isFalse();
        Outcome outcome = job.end();
        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.err()).contains("No space left").doesNotContain("Internal error");
        assertThat(gpus.lockedClocks()).isEmpty();
        assertThat(host.leases()).isEmptyDirectory();
      }
    } finally {
      run("umount", "--lazy", disk.toString());
    }
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void clocksThatNobodyGaveBackAreResetByTheCommand() throws Exception {
    try (RankJob job = endless()) {
      List<ProcessHandle> watchers = children(job, "ClockWatcher");
      assertThat(watchers).hasSize(1);
      kill("STOP", watchers.get(0));
      kill("KILL", job.process().toHandle());
      kill("KILL", watchers.get(0));
      job.end();
    }
    assertThat(gpus.lockedClocks()).hasSize(1);
    try (RankJob reset = host.start(ProfileCommand.class, Map.of(), List.of("--reset-clocks"))) {
      Outcome outcome = reset.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }
    assertThat(gpus.lockedClocks()).isEmpty();
  }

  @Test
  void secondRunOnTheSameGpuIsRefusedWithTheNameOfTheFirst() throws Exception {
    try (RankJob first = endless();
        RankJob second =
            profile("--pp", 1, "--num_prof_steps", 2, "--output_dir", home.resolve("other"))) {
      Outcome outcome = second.end();
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err())
          .contains("GPU-")
          .contains(String.valueOf(first.process().pid()))
          .doesNotContain("Exception");
      assertThat(first.process().isAlive()).isTrue();
      assertThat(gpus.lockedClocks()).isNotEmpty();
    }
  }

  @Test
  void nothingIsEverSetWithoutClockControl() throws Exception {
    // This setting simulates that another program, such as Slurm, has limited the clock.
    gpus.set("cap_mhz", 1410);
    Map<String, String> none = Map.of("PERSEUS_CLOCK_CONTROL", "none");
    List<Object> arguments = new ArrayList<>(JOB);
    arguments.addAll(List.of("--gpu", "nvml", "--pp", 1, "--num_prof_steps", 80));
    arguments.addAll(List.of("--output_dir", home.resolve("run")));
    try (RankJob job = host.start(ProfileCommand.class, none, arguments)) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }
    for (String flag : List.of("--reset-clocks", "--show-env")) {
      try (RankJob job = host.start(ProfileCommand.class, none, List.of(flag))) {
        assertThat(job.end().exitCode()).isZero();
      }
    }
    assertThat(gpus.settings()).isEmpty();
    RunManifest manifest = RunManifest.read(home.resolve("run").resolve(RunManifest.FILE_NAME));
    assertThat(manifest.clockControl()).isEqualTo("none");
    assertThat(manifest.schedules())
        .extracting(RunManifest.Schedule::frequencyMhz)
        .containsOnly(1410);
  }

  @Test
  void powerLimitsOfAPlanServerAreSetAndGivenBack() throws Exception {
    try (PlanServer server = server(Map.of("minimum_power_state", 650), Mode.POWER_LIMIT);
        RankJob job =
            profile(
                "--pp", 1, "--num_prof_steps", 2, "--power_limit", "--perseus_url", server.uri())) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(outcome.out()).contains("650 W").doesNotContain("MHz  ");
    }
    List<StubNvml.Setting> limits =
        gpus.settings().stream()
            .filter(setting -> setting.function().equals("nvmlDeviceSetPowerManagementLimit"))
            .toList();
    assertThat(limits)
        .extracting(setting -> setting.arguments().get(0))
        .contains(675_000, 650_000)
        .endsWith(700_000);
    assertThat(gpus.lockedClocks()).isEmpty();
    assertThat(RunManifest.read(home.resolve("run").resolve(RunManifest.FILE_NAME)).schedules())
        .extracting(RunManifest.Schedule::plan)
        .contains("650 W");
  }

  @Test
  void clocksAreGivenBackWhenThePlanServerIsGone() throws Exception {
    PlanServer server = server(Map.of(), Mode.FREQUENCY);
    try (server;
        RankJob job =
            profile("--pp", 1, "--num_prof_steps", 100_000, "--perseus_url", server.uri())) {
      job.awaitOnError("step 1 of");
      StubHost.await("a locked clock", () -> !gpus.lockedClocks().isEmpty());
      server.close();
      assertThat(job.end().exitCode()).isEqualTo(1);
      assertThat(gpus.lockedClocks()).isEmpty();
    }
  }

  @Test
  void errorForAUserWithoutRightsNamesTheRemedies() throws Exception {
    gpus.set("error.nvmlDeviceSetGpuLockedClocks", 4);
    gpus.set("error.nvmlDeviceResetGpuLockedClocks", 4);
    try (RankJob job = profile("--pp", 1, "--num_prof_steps", 2)) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err()).contains("--clock_control none").contains("zeusd").contains("sudo");
      assertThat(home.resolve("run")).doesNotExist();
    }
  }

  private static List<ProcessHandle> children(RankJob job, String mainClass) {
    return ChildProcesses.of(job.process().toHandle(), mainClass);
  }

  private static void kill(String signal, ProcessHandle... processes) throws Exception {
    for (ProcessHandle process : processes) {
      new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
    }
  }
}
