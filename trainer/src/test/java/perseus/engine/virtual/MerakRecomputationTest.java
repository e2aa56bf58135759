package perseus.engine.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.attribution.Attributions;
import perseus.control.Measurement;
import perseus.control.Scheduler;
import perseus.control.StagePlan;
import perseus.control.policy.InstructionProfiler;
import perseus.control.policy.PointSolution;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.gpu.sim.SimulatedGpus;
import perseus.io.Progress;
import perseus.parallel.Degrees;
import perseus.pipeline.Instruction;
import perseus.pipeline.Schedules;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileBuilder;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;
import perseus.recording.Recording;
import perseus.recording.log.Warning;
import perseus.recording.run.RecordingOptions;

/**
 * Tests recording, analysis, planning and replay with Merak's schedule with early recomputation, on
 * simulated GPUs.
 */
class MerakRecomputationTest {
  private static final int STAGES = 4;
  private static final int MICROBATCHES = 6;

  @TempDir Path directory;

  private List<Measurement> train(boolean recording, Scheduler.Factory scheduler) {
    TrainingConfig config =
        Trainings.of(
            "gpt3-xl",
            "uniform_transformer",
            new Degrees(STAGES, 1, 1),
            8,
            MICROBATCHES,
            SimulatedGpus.named("sim:a100-sxm,heat=0"),
            Schedules.MERAK_EARLY_RECOMPUTE,
            4,
            recording,
            directory,
            scheduler,
            null);
    return VirtualTraining.run(config, TrainingListener.NONE).rounds().stream()
        .map(round -> round.measurement())
        .toList();
  }

  private StageProfile profile() {
    Recording recording = Recording.open(List.of(directory), RecordingOptions.NONE);
    StageProfile profile =
        ProfileBuilder.join(
            recording, Attributions.DECONVOLUTION.attribute(recording, Progress.NONE));
    assertThat(recording.warnings().count(Warning.Kind.LEFT_OUT)).isZero();
    return profile;
  }

  private static List<Instruction> logged(List<String> rows) {
    return rows.stream()
        .skip(1)
        .map(row -> Instruction.ofLogName(row.substring(0, row.indexOf(','))))
        .toList();
  }

  @Test
  void recordingsArePlannedAndReplayed() throws IOException {
    List<Measurement> recorded = train(true, InstructionProfiler.factory(1320, false, 0));
    int iterations = 4 * recorded.size();
    for (int stage = 0; stage < STAGES; stage++) {
      List<Instruction> rows =
          logged(Files.readAllLines(directory.resolve("instructions-" + stage + ".csv")));
      int ahead = STAGES - 1 - stage;
      assertThat(Collections.frequency(rows, Instruction.RECOMPUTATION))
          .isEqualTo(Collections.frequency(rows, Instruction.BACKWARD))
          .isEqualTo(ahead * iterations);
      assertThat(Collections.frequency(rows, Instruction.FORWARD_BACKWARD))
          .isEqualTo((MICROBATCHES - ahead) * iterations);
    }

    Frontier frontier =
        Planners.PERSEUS.plan(
            PlanningProblem.of(profile(), Schedules.MERAK_EARLY_RECOMPUTE, MICROBATCHES),
            new PlanRequest(3));
    List<StagePlan> plans = new ArrayList<>();
    for (Plan plan : frontier.plans()) {
      plans.add(
          new StagePlan(
              "plan",
              IntStream.range(0, STAGES)
                  .mapToObj(plan::computations)
                  .map(rows -> rows.stream().map(ProfileRow::frequencyMhz).toList())
                  .toList()));
    }
    List<Measurement> replayed = train(false, PointSolution.factory(plans, 0));
    for (int i = 0; i < plans.size(); i++) {
      Plan plan = frontier.plans().get(i);
      assertThat(replayed.get(i).timeSeconds() / plan.timeSeconds()).isCloseTo(1, within(0.01));
      assertThat(replayed.get(i).energyJoules() / plan.energyJoules()).isCloseTo(1, within(0.01));
    }
  }
}
