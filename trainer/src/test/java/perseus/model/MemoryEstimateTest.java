package perseus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MemoryEstimateTest {
  private static final double GIB = 1L << 30;

  private static MemoryEstimate firstStage(String name, int pp, int tp, boolean checkpointing) {
    Model model = ModelZoo.find(name);
    Partition partition = Partition.of(Partition.defaultMethod(model), model, pp);
    Workload workload =
        new Workload(model, partition, new Batch(8, model.defaultSequenceLength(), tp));
    return MemoryEstimate.of(workload, 0, 128, checkpointing);
  }

  @Test
  void trainingKeepsSixteenBytesPerParameter() {
    MemoryEstimate estimate = firstStage("gpt3-xl", 1, 1, true);
    double perParameter = estimate.totalBytes() - estimate.activationBytes();
    assertThat(perParameter).isCloseTo(16.0 * 1_313_626_112, within(1.0));
  }

  @Test
  void whatWasTrainedOnEightyGigabytesFits() {
    assertThat(firstStage("gpt3-xl", 4, 1, true).totalBytes()).isLessThan(80 * GIB);
    assertThat(firstStage("gpt3-175b", 4, 1, true).totalBytes()).isGreaterThan(80 * GIB);
  }

  @Test
  void checkpointingAndTensorParallelismSaveActivations() {
    double checkpointed = firstStage("gpt3-xl", 4, 1, true).activationBytes();
    assertThat(firstStage("gpt3-xl", 4, 1, false).activationBytes())
        .isGreaterThan(5 * checkpointed);
    assertThat(firstStage("gpt3-xl", 4, 2, true).activationBytes()).isLessThan(checkpointed);
  }
}
