package perseus.rank;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.Round;
import perseus.control.policy.AllMaxFrequency;
import perseus.engine.Cluster;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.engine.virtual.Trainings;
import perseus.gpu.sim.SimulatedGpus;
import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.job.NodeSettings;
import perseus.job.launcher.MultiProcessTraining;
import perseus.parallel.Degrees;
import perseus.pipeline.Schedules;
import perseus.tensor.AdamW;
import perseus.tensor.LossScaler;
import perseus.tensor.RankModel;
import perseus.tensor.StageModel;
import perseus.tensor.data.TrainingData;
import perseus.transport.TensorGroup;

/** Trains in float16 with two pipelines of two real processes each. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
@Tag("slow")
class LossScaleJobTest {
  private static final Degrees DEGREES = new Degrees(2, 2, 1);
  private static final int MICROBATCHES = 1;
  private static final int STEPS = 14;
  private static final int BAD_STEP = 2;
  private static final double INITIAL_SCALE = 65536;

  private static final Pattern SUMMARY =
      Pattern.compile("(\\d+) of " + STEPS + " steps were skipped.* scale is (\\d+)");

  @TempDir Path directory;

  /**
   * Replaces a gradient on the last rank by NaN in one step. The gradients of all other ranks are
   * unchanged.
   */
  public static final class OneNan implements RankTensors.Factory {
    @Override
    public RankTensors create(int rank, JobSpec job, LocalSettings local, TensorGroup group) {
      RankTensors tensors = new ZooTensors.Zoo().create(rank, job, local, group);
      return rank < DEGREES.worldSize() - 1
          ? tensors
          : new Poisoned(tensors, tensors.model().withStages(OneNan::poisoned));
    }

    private static StageModel poisoned(StageModel stage) {
      int[] backwards = {0};
      return (StageModel)
          Proxy.newProxyInstance(
              OneNan.class.getClassLoader(),
              new Class<?>[] {StageModel.class},
              (proxy, method, arguments) -> {
                Object result = method.invoke(stage, arguments);
                if (method.getName().equals("backward")
                    && ++backwards[0] == BAD_STEP * MICROBATCHES) {
                  stage.parameters().get(0).gradient().set(new NDIndex("0"), Float.NaN);
                }
                return result;
              });
    }

    private record Poisoned(RankTensors tensors, RankModel model) implements RankTensors {
      @Override
      public AdamW optimizer() {
        return tensors.optimizer();
      }

      @Override
      public TrainingData data() {
        return tensors.data();
      }

      @Override
      public LossScaler lossScaler() {
        return tensors.lossScaler();
      }

      @Override
      public void update() {
        tensors.update();
      }

      @Override
      public void close() {
        tensors.close();
      }
    }
  }

  private static final class Log implements TrainingListener {
    final List<Double> losses = new ArrayList<>();
    final List<String> messages = new ArrayList<>();

    @Override
    public void iterationFinished(Round round, int iteration, Cluster.Iteration result) {
      losses.add(result.loss());
    }

    @Override
    public void message(String text) {
      messages.add(text);
    }
  }

  /** The scale doubles after each step, until the gradients overflow. */
  @Test
  void allRanksSkipStepsWithOverflowAndTheLossFalls() throws IOException {
    Path text = Files.writeString(directory.resolve("text.txt"), "a bird in the hand ".repeat(200));
    TrainingConfig config =
        Trainings.of(
            "gpt3-nano",
            "uniform",
            DEGREES,
            1,
            MICROBATCHES,
            SimulatedGpus.named("sim:a100-pcie"),
            Schedules.ONE_FORWARD_ONE_BACKWARD,
            1,
            false,
            directory.resolve("run"),
            AllMaxFrequency.factory(STEPS),
            null);
    JobSpec nano = Nano.job(config);
    JobSpec job =
        new JobSpec(
            new JobSpec.Model("gpt3-nano", config.partition(), 16, true, 0.02, "fp16"),
            nano.parallelism(),
            new JobSpec.Optimizer(1e-2, 0, new JobSpec.LossScaling(INITIAL_SCALE, 1)),
            nano.device(),
            nano.checkpoints(),
            false,
            nano.seed());
    LocalSettings local =
        new LocalSettings(
            OneNan.class.getName(),
            text.toString(),
            null,
            DEGREES.worldSize(),
            List.of(),
            Map.of(),
            1,
            null,
            false,
            false,
            null,
            LocalSettings.Checkpoints.NONE);
    NodeSettings node = new NodeSettings(1, 0, null, 0, Duration.ofSeconds(120), null);
    Log log = new Log();
    MultiProcessTraining.runNode0(config, node, job, local, log);

    assertThat(log.losses).hasSize(STEPS).doesNotContain(Double.NaN);
    assertThat(log.losses.get(0)).isBetween(6.0, 6.5);
    assertThat(log.losses.get(STEPS - 1)).isLessThan(5);
    assertThat(log.messages)
        .anySatisfy(message -> assertThat(message).contains("Step 2 is skipped", "65536"));
    Matcher summary = SUMMARY.matcher(String.join("\n", log.messages));
    assertThat(summary.find()).as(log.messages.toString()).isTrue();
    int skipped = Integer.parseInt(summary.group(1));
    assertThat(skipped).isBetween(2, STEPS / 2);
    assertThat(Double.parseDouble(summary.group(2)))
        .isEqualTo(INITIAL_SCALE * Math.pow(2, STEPS - 2 * skipped));
  }
}
