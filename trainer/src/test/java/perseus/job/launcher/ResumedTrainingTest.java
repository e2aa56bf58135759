package perseus.job.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
import perseus.parallel.Degrees;
import perseus.pipeline.Schedules;
import perseus.rank.Nano;
import perseus.rank.ZooTensors;

/** Trains with real processes, resumes from a checkpoint, and compares the losses. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
@Tag("slow")
class ResumedTrainingTest {
  @TempDir Path directory;

  /** Stores the losses of all steps, and the steps after which checkpoints were saved. */
  private static final class Log implements TrainingListener {
    final List<Double> losses = new ArrayList<>();
    final List<Integer> saved = new ArrayList<>();
    int resumed;

    @Override
    public void iterationFinished(Round round, int iteration, Cluster.Iteration result) {
      losses.add(result.loss());
    }

    @Override
    public void resumed(int step) {
      resumed = step;
    }

    @Override
    public void checkpointSaved(int step, double seconds) {
      saved.add(step);
    }
  }

  private Log train(
      Degrees degrees, int microbatches, int steps, JobSpec.Checkpoints settings, String resume) {
    TrainingConfig config =
        Trainings.of(
            "gpt3-nano",
            "uniform",
            degrees,
            1,
            microbatches,
            SimulatedGpus.named("sim:a100-pcie"),
            Schedules.ONE_FORWARD_ONE_BACKWARD,
            1,
            false,
            directory.resolve("run"),
            AllMaxFrequency.factory(steps),
            null);
    JobSpec nano = Nano.job(config);
    JobSpec job =
        new JobSpec(
            nano.model(),
            nano.parallelism(),
            // The warm-up of the learning rate is longer than the training, so the learning rate
            // differs in each step.
            new JobSpec.Optimizer(1e-2, 20, null),
            nano.device(),
            settings,
            false,
            nano.seed());
    LocalSettings local =
        Nano.local(
            ZooTensors.Zoo.class.getName(),
            degrees.worldSize(),
            new LocalSettings.Checkpoints(directory.resolve("saved").toString(), resume));
    NodeSettings node = new NodeSettings(1, 0, null, 0, Duration.ofSeconds(120), null);
    Log log = new Log();
    MultiProcessTraining.runNode0(config, node, job, local, log);
    return log;
  }

  @Test
  void resumedJobHasTheLossesOfAnUninterruptedOne() {
    Log whole =
        train(
            new Degrees(2, 1, 1),
            2,
            5,
            new JobSpec.Checkpoints(true, 2, 3, false, List.of()),
            null);
    assertThat(whole.saved).containsExactly(2, 4, 5);
    JobSpec.Checkpoints resuming = new JobSpec.Checkpoints(false, 0, 1, true, List.of());
    String second = directory.resolve("saved/step-000002").toString();

    Log same = train(new Degrees(2, 1, 1), 2, 3, resuming, second);
    assertThat(same.resumed).isEqualTo(2);
    assertThat(same.losses).isEqualTo(whole.losses.subList(2, 5));

    Log other = train(new Degrees(1, 2, 1), 1, 3, resuming, second);
    for (int step = 0; step < 3; step++) {
      assertThat(other.losses.get(step)).isCloseTo(whole.losses.get(2 + step), within(1e-5));
    }
  }
}
