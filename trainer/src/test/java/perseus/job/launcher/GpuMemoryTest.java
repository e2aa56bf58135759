package perseus.job.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.control.policy.AllMaxFrequency;
import perseus.engine.TrainingConfig;
import perseus.engine.virtual.Trainings;
import perseus.gpu.sim.SimulatedGpus;
import perseus.model.ModelZoo;
import perseus.model.Partition;
import perseus.model.Workload;
import perseus.model.layer.Batch;
import perseus.parallel.Degrees;
import perseus.pipeline.Schedules;

class GpuMemoryTest {
  private static final long COMMUNICATOR = 320L << 20;
  private static final long GIB = 1L << 30;

  private final TrainingConfig config =
      Trainings.of(
          "gpt3-xl",
          "uniform_transformer",
          new Degrees(2, 1, 1),
          4,
          8,
          SimulatedGpus.named("sim:h200"),
          Schedules.ONE_FORWARD_ONE_BACKWARD,
          1,
          false,
          Path.of("."),
          AllMaxFrequency.factory(1),
          null);
  private final Workload workload =
      new Workload(
          ModelZoo.find("gpt3-xl"),
          new Partition("uniform_transformer", config.partition()),
          new Batch(4, 1024, 1));

  @Test
  void largeGpusAreEnough() {
    assertThat(GpuMemory.shortage(workload, config, false, false, 0, List.of(139 * GIB, 139 * GIB)))
        .isEmpty();
  }

  @Test
  void shortageNamesTheRankAndBothSizes() {
    // The rank holds half of 1.3 billion parameters. Each parameter needs 16 bytes for its value,
    // its gradient and its two moments, so the rank needs about 10 GiB.
    assertThat(
            GpuMemory.shortage(workload, config, false, false, 0, List.of(139 * GIB, 8 * GIB))
                .orElseThrow())
        .contains("gpt3-xl", "rank 1", "8.0 GiB");
  }

  @Test
  void buffersOfNcclAreIncluded() {
    long withoutNccl = needed(false, false);
    assertThat(needed(true, false)).isEqualTo(withoutNccl + 5 * COMMUNICATOR);
    assertThat(needed(true, true)).isEqualTo(withoutNccl + 6 * COMMUNICATOR);
    assertThat(needed(false, true)).isEqualTo(withoutNccl);
  }

  /**
   * Returns the smallest free memory in bytes that is sufficient. The method tries larger and
   * larger values, in steps of the memory of one communicator.
   */
  private long needed(boolean nccl, boolean scalesLoss) {
    long bytes = 8 * GIB;
    while (GpuMemory.shortage(workload, config, nccl, scalesLoss, 0, List.of(139 * GIB, bytes))
        .isPresent()) {
      bytes += COMMUNICATOR;
    }
    return bytes;
  }

  @Test
  void ranksWithoutGpusOfTheirOwnAreNotChecked() {
    assertThat(GpuMemory.shortage(workload, config, false, false, 0, List.of())).isEmpty();
  }
}
