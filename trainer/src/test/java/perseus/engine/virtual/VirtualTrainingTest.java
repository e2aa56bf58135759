package perseus.engine.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.Scheduler;
import perseus.control.StagePlan;
import perseus.control.policy.AllMaxFrequency;
import perseus.control.policy.InstructionProfiler;
import perseus.control.policy.PointSolution;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.engine.TrainingResult;
import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.SimulatedGpus;
import perseus.io.UserError;
import perseus.parallel.Degrees;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Schedules;
import perseus.recording.run.RunManifest;

class VirtualTrainingTest {
  private static final GpuModel A100 = SimulatedGpus.named("sim:a100-pcie");

  @TempDir Path directory;

  private TrainingResult train(
      Path output, Degrees degrees, boolean profiling, Scheduler.Factory scheduler) {
    return VirtualTraining.run(
        config(output, degrees, profiling, scheduler, null), TrainingListener.NONE);
  }

  private static TrainingConfig config(
      Path output, Degrees degrees, boolean profiling, Scheduler.Factory scheduler, Path dump) {
    return Trainings.of(
        "gpt3-xl",
        "uniform_transformer",
        degrees,
        8,
        6,
        A100,
        Schedules.ONE_FORWARD_ONE_BACKWARD,
        3,
        profiling,
        output,
        scheduler,
        dump);
  }

  @Test
  void profilingRunWritesTheLogsOfEveryRankAndTheManifest() throws IOException {
    TrainingResult result =
        train(directory, new Degrees(4, 2, 1), true, InstructionProfiler.factory(1380, false, 0));

    assertThat(result.rounds()).hasSize(5);
    assertThat(result.files()).hasSize(33).allMatch(Files::exists);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).hasSize(33);
    }
    RunManifest manifest = RunManifest.read(directory.resolve("run.json"));
    assertThat(manifest.simulated()).isTrue();
    assertThat(manifest.ranks()).hasSize(8);
    assertThat(manifest.schedules())
        .extracting(RunManifest.Schedule::frequencyMhz)
        .containsExactly(1410, 1410, 1410, 1395, 1380);
    assertThat(manifest.schedules().get(4).lastIteration()).isEqualTo(15);

    List<String> rows = Files.readAllLines(directory.resolve("instructions-0.csv"));
    assertThat(rows.get(0)).isEqualTo("instruction,start,end");
    assertThat(rows.get(1)).matches("batch_input,\\d{10}\\.\\d{7},\\d{10}\\.\\d{7}");
    // Each microbatch has three rows: load, forward and backward. Each iteration has two more rows:
    // gradient reduction and optimizer step.
    assertThat(rows).hasSize(1 + 15 * (3 * 6 + 2));
    assertThat(rows.stream().skip(1).map(row -> row.substring(0, row.indexOf(','))).distinct())
        .containsExactly(
            "batch_input",
            "forward_microstep",
            "backward_microstep",
            "reduce_grads",
            "optimizer_step");
  }

  @Test
  void preciseProfilingNeedsFewIterationsAndListsThemInTheManifest() {
    TrainingResult result =
        train(
            directory, new Degrees(4, 1, 1), true, InstructionProfiler.factory(1380, false, 0.01));

    assertThat(result.rounds()).hasSize(6);
    assertThat(result.rounds())
        .filteredOn(round -> !round.warmup())
        .allSatisfy(
            round -> {
              assertThat(round.precision()).isLessThanOrEqualTo(0.01);
              assertThat(round.iterations()).isBetween(2, 10);
            });
    RunManifest manifest = RunManifest.read(directory.resolve("run.json"));
    assertThat(manifest.numProfSteps()).isNull();
    assertThat(manifest.profPrecision()).isEqualTo(0.01);
    int next = 1;
    for (int i = 0; i < 6; i++) {
      RunManifest.Schedule schedule = manifest.schedules().get(i);
      assertThat(schedule.firstIteration()).isEqualTo(next);
      next += result.rounds().get(i).iterations();
      assertThat(schedule.lastIteration()).isEqualTo(next - 1);
      assertThat(schedule.revisit()).isEqualTo(i == 5 ? true : null);
    }
  }

  @Test
  void instructionsTooShortForTheSensorRunEachFrequencyOnce() {
    TrainingResult result =
        VirtualTraining.run(
            Trainings.of(
                "gpt3-nano",
                "uniform",
                new Degrees(2, 1, 1),
                1,
                2,
                A100,
                Schedules.ONE_FORWARD_ONE_BACKWARD,
                3,
                true,
                directory,
                InstructionProfiler.factory(1400, false, 0.001),
                null),
            TrainingListener.NONE);

    assertThat(result.rounds()).hasSize(4);
    assertThat(result.rounds().get(2).precision()).isGreaterThan(0.001);
  }

  @Test
  void higherPrecisionNeedsMoreIterations() {
    int[] iterations = new int[2];
    for (int i = 0; i < 2; i++) {
      iterations[i] =
          train(
                  directory.resolve("" + i),
                  new Degrees(4, 1, 1),
                  true,
                  InstructionProfiler.factory(1400, false, i == 0 ? 0.01 : 0.0005))
              .rounds()
              .get(2)
              .iterations();
    }
    assertThat(iterations[1]).isGreaterThan(iterations[0]);
  }

  @Test
  void energyLogsAgreeWithTheEnergyOfTheIterations() throws IOException {
    TrainingResult result =
        train(directory, new Degrees(4, 1, 1), true, AllMaxFrequency.factory(1));

    double logged = 0;
    for (int rank = 0; rank < 4; rank++) {
      List<String> rows = Files.readAllLines(directory.resolve("time-energy-" + rank + ".csv"));
      assertThat(rows.get(1)).matches("\\d{10}\\.\\d{7},\\d+\\.\\d{3}");
      logged += value(rows.get(rows.size() - 1)) - value(rows.get(1));
    }
    double perIteration = result.rounds().get(0).measurement().energyJoules();
    // The GPUs wait for 0.5 s before the first iteration and after the last one. The first
    // iteration is a little slower than the others.
    double margins = 4 * 1.0 * A100.power().blockingWatts();
    assertThat(logged - margins).isCloseTo(3 * perIteration, within(0.05 * 3 * perIteration));
  }

  private static double value(String row) {
    return Double.parseDouble(row.substring(row.indexOf(',') + 1));
  }

  @Test
  void equalSeedsGiveEqualFiles() throws IOException {
    Path first = directory.resolve("first");
    Path second = directory.resolve("second");
    TrainingResult result =
        train(first, new Degrees(2, 2, 2), true, InstructionProfiler.factory(1400, false, 0));
    train(second, new Degrees(2, 2, 2), true, InstructionProfiler.factory(1400, false, 0));

    for (Path file : result.files()) {
      assertThat(second.resolve(file.getFileName())).hasSameBinaryContentAs(file);
    }
  }

  @Test
  void withoutProfilingOnlyTheManifestIsWritten() throws IOException {
    train(directory, new Degrees(4, 1, 1), false, AllMaxFrequency.factory(1));

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("run.json");
    }
  }

  @Test
  void earlyRecomputationIsFasterThanOneForwardOneBackward() {
    double[] seconds = new double[2];
    PipelineSchedule[] schedules = {Schedules.ONE_FORWARD_ONE_BACKWARD, Schedules.EARLY_RECOMPUTE};
    for (int i = 0; i < 2; i++) {
      TrainingConfig config =
          Trainings.of(
              "gpt3-xl",
              "uniform_transformer",
              new Degrees(4, 1, 1),
              8,
              6,
              A100,
              schedules[i],
              3,
              true,
              directory,
              AllMaxFrequency.factory(1),
              null);
      seconds[i] =
          VirtualTraining.run(config, TrainingListener.NONE)
              .rounds()
              .get(0)
              .measurement()
              .timeSeconds();
    }
    assertThat(seconds[1]).isLessThan(seconds[0]);
    assertThat(directory.resolve("instructions-0.csv")).content().contains("\nrecomputation,");
  }

  @Test
  void runWithoutProfilingDoesNotChangeAnEarlierRecording() throws IOException {
    train(directory, new Degrees(4, 1, 1), true, AllMaxFrequency.factory(1));
    String manifest = Files.readString(directory.resolve("run.json"));
    train(directory, new Degrees(2, 1, 1), false, AllMaxFrequency.factory(1));

    assertThat(directory.resolve("instructions-3.csv")).exists();
    assertThat(directory.resolve("run.json")).hasContent(manifest);
  }

  @Test
  void smallerRecordingReplacesALargerOne() throws IOException {
    train(directory, new Degrees(4, 1, 1), true, AllMaxFrequency.factory(1));
    train(directory, new Degrees(2, 1, 1), true, AllMaxFrequency.factory(1));

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "gpu-state-0.csv",
              "gpu-state-1.csv",
              "instructions-0.csv",
              "instructions-1.csv",
              "power-samples-0.csv",
              "power-samples-1.csv",
              "time-energy-0.csv",
              "time-energy-1.csv",
              "run.json");
    }
  }

  @Test
  void iterationTimeFollowsFromTheSlowestStage() {
    TrainingConfig config =
        config(directory, new Degrees(4, 1, 1), false, AllMaxFrequency.factory(1), null);
    StageCosts slowest = StageCosts.of(config.stages().get(3), A100, true, 0);
    double busy = 6 * (slowest.forward().seconds(1410) + slowest.backward().seconds(1410));

    double time =
        VirtualTraining.run(config, TrainingListener.NONE)
            .rounds()
            .get(0)
            .measurement()
            .timeSeconds();

    assertThat(time).isBetween(busy, busy * 9 / 6 * 1.1);
  }

  @Test
  void replayedPlanWithOneStageAtALowerClockSavesEnergy() {
    List<Integer> highest = Collections.nCopies(12, 1410);
    List<Integer> low = Collections.nCopies(12, 1050);
    StagePlan all = new StagePlan("all-max", Collections.nCopies(4, highest));
    StagePlan lowFirst = new StagePlan("low-first", List.of(low, highest, highest, highest));

    List<TrainingResult.RoundResult> rounds =
        train(
                directory,
                new Degrees(4, 1, 1),
                false,
                PointSolution.factory(List.of(all, lowFirst), 2))
            .rounds();

    assertThat(rounds)
        .extracting(TrainingResult.RoundResult::warmup)
        .containsExactly(true, true, false, false);
    assertThat(rounds.get(3).plan()).isEqualTo("low-first");
    assertThat(rounds.get(3).measurement().energyJoules())
        .isLessThan(rounds.get(2).measurement().energyJoules());
  }

  @Test
  void planThatDoesNotFitIsRefusedBeforeAnythingIsWritten() throws IOException {
    StagePlan plan = new StagePlan("p.py", Collections.nCopies(3, Collections.nCopies(12, 1410)));
    Path output = directory.resolve("out");

    assertThatThrownBy(
            () ->
                train(output, new Degrees(4, 1, 1), true, PointSolution.factory(List.of(plan), 2)))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("p.py", "stages (3)", "(4)");
    assertThat(output).doesNotExist();
  }

  @Test
  void outputDirectoryThatCannotBeWrittenIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThatThrownBy(() -> train(file, new Degrees(4, 1, 1), true, AllMaxFrequency.factory(1)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void dumpContainsSchedulesAndResultsOfEveryRound() throws IOException {
    TrainingConfig config =
        config(
            directory.resolve("out"),
            new Degrees(4, 1, 1),
            false,
            InstructionProfiler.factory(1395, false, 0),
            directory.resolve("dump"));

    Path dump = VirtualTraining.run(config, TrainingListener.NONE).dumpDirectory();

    assertThat(dump.getFileName().toString())
        .matches(
            "\\d{4}(-\\d\\d){5}\\+perseus\\+gpt3-xl\\+uniform_transformer\\+dp1\\+pp4\\+tp1\\+mbs8\\+nmb6\\+InstructionProfiler");
    assertThat(dump.resolve("perseus.json")).exists();
    assertThat(dump.resolve("ranks.json"))
        .content()
        .contains("\"pipe_schedule\":[\"load\",\"forward\",\"p2p\"");
    assertThat(dump.resolve("3.sched.json"))
        .content()
        .startsWith("[{\"rank\":0,\"power_states\":[1395,");
    assertThat(dump.resolve("3.prof.json")).content().startsWith("[{\"rank\":0,\"iter_time\":[");
  }
}
