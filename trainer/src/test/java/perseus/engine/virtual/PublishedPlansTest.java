package perseus.engine.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.Measurement;
import perseus.control.PipeInstruction;
import perseus.control.RankResult;
import perseus.control.StagePlan;
import perseus.control.policy.PointSolution;
import perseus.engine.StageProgram;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.engine.TrainingResult;
import perseus.gpu.sim.SimulatedGpus;
import perseus.parallel.Degrees;
import perseus.pipeline.Schedules;

/** Replays plans on simulated GPUs. The same plans were also run on four real A100 PCIe GPUs. */
class PublishedPlansTest {
  private static final Path DUMP =
      Path.of(
          System.getProperty("perseus.root", "."), "../shared/data/sosp24/gpt3-xl-a100/perseus");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  @Test
  void replayedPlansAgreeWithMeasuredTimeAndEnergy() throws IOException {
    assumeTrue(Files.exists(DUMP), () -> "skipped: there is no " + DUMP.normalize());
    int[] numbers = {1, 2, 10, 20, 30, 37};
    List<StagePlan> plans = new ArrayList<>();
    for (int number : numbers) {
      plans.add(plan(number));
    }
    TrainingConfig config =
        Trainings.of(
            "gpt3-xl",
            "custom:0,8,14,21,27",
            new Degrees(4, 1, 1),
            8,
            128,
            SimulatedGpus.named("sim:a100-pcie"),
            Schedules.ONE_FORWARD_ONE_BACKWARD,
            3,
            false,
            directory,
            PointSolution.factory(plans, 0),
            null);

    List<TrainingResult.RoundResult> rounds =
        VirtualTraining.run(config, TrainingListener.NONE).rounds();

    for (int i = 0; i < numbers.length; i++) {
      Measurement measured = measured(numbers[i]);
      Measurement simulated = rounds.get(i).measurement();
      assertThat(simulated.timeSeconds() / measured.timeSeconds())
          .as("time of plan " + numbers[i])
          .isCloseTo(1, within(0.04));
      assertThat(simulated.energyJoules() / measured.energyJoules())
          .as("energy of plan " + numbers[i])
          .isCloseTo(1, within(0.04));
    }
  }

  private static StagePlan plan(int number) throws IOException {
    List<List<Integer>> stages = new ArrayList<>();
    for (JsonNode rank : JSON.readTree(DUMP.resolve(number + ".sched.json").toFile())) {
      int stage = rank.get("rank").asInt();
      List<PipeInstruction> schedule =
          StageProgram.of(Schedules.ONE_FORWARD_ONE_BACKWARD, stage, 4, 128).pipeSchedule();
      List<Integer> clocks = new ArrayList<>();
      for (int i = 0; i < schedule.size(); i++) {
        if (schedule.get(i).isComputation()) {
          clocks.add(rank.get("power_states").get(i).asInt());
        }
      }
      stages.add(clocks);
    }
    return new StagePlan("plan " + number, stages);
  }

  private static Measurement measured(int number) throws IOException {
    List<RankResult> results = new ArrayList<>();
    for (JsonNode rank : JSON.readTree(DUMP.resolve(number + ".prof.json").toFile())) {
      results.add(
          new RankResult(
              rank.get("rank").asInt(),
              JSON.convertValue(rank.get("iter_time"), double[].class),
              JSON.convertValue(rank.get("iter_energy"), double[].class),
              null,
              null));
    }
    return Measurement.of(results);
  }
}
