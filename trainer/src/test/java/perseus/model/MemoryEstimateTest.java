package perseus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import perseus.model.layer.Batch;
import perseus.pipeline.Schedules;

class MemoryEstimateTest {
  private static final double GIB = 1L << 30;

  private static MemoryEstimate firstStage(String name, int pp, int tp, boolean checkpointing) {
    return of(workload(name, pp, tp), "1f1b", 0, 128, checkpointing);
  }

  private static Workload workload(String name, int stages, int tp) {
    Model model = ModelZoo.find(name);
    Partition partition = Partition.of(Partition.defaultMethod(model), model, stages);
    return new Workload(model, partition, new Batch(8, model.defaultSequenceLength(), tp));
  }

  private static MemoryEstimate of(
      Workload workload, String schedule, int rank, int microbatches, boolean checkpointing) {
    return MemoryEstimate.of(workload, Schedules.of(schedule), rank, microbatches, checkpointing);
  }

  @Test
  void gpipeKeepsAllMicrobatchesAndOneForwardOneBackwardAsManyAsStagesRemain() {
    Workload workload = workload("gpt3-xl", 4, 1);
    double one = of(workload, "1f1b", 3, 128, false).activationBytes();
    assertThat(of(workload, "gpipe", 3, 128, false).activationBytes())
        .isCloseTo(128 * one, within(1.0));
    double first = of(workload, "gpipe", 0, 1, false).activationBytes();
    assertThat(of(workload, "1f1b", 0, 128, false).activationBytes())
        .isCloseTo(4 * first, within(1.0));
    assertThat(of(workload, "gpipe", 0, 128, false).activationBytes())
        .isCloseTo(128 * first, within(1.0));
  }

  @Test
  void interleavedRankHoldsAllOfItsStagesAndMoreMicrobatches() {
    Workload halves = workload("gpt3-xl", 8, 1);
    MemoryEstimate interleaved = of(halves, "interleaved:2", 0, 128, false);
    Workload whole = workload("gpt3-xl", 4, 1);
    MemoryEstimate plain = of(whole, "1f1b", 1, 128, false);
    assertThat(interleaved.parameterBytes()).isGreaterThan(plain.parameterBytes());
    // Before its first backward, rank 0 runs 11 forwards with the interleaved schedule, and 4
    // forwards with 1F1B. Each of the 11 forwards computes half of the rank's layers. So the ratio
    // of the activations is about 11 / 2 / 4 = 1.4.
    assertThat(interleaved.activationBytes())
        .isGreaterThan(1.3 * of(whole, "1f1b", 0, 128, false).activationBytes())
        .isLessThan(1.5 * of(whole, "1f1b", 0, 128, false).activationBytes());
  }

  @Test
  void earlyRecomputationHoldsTheActivationsOfAWholeStage() {
    Workload workload = workload("gpt3-xl", 4, 1);
    assertThat(of(workload, "early_recompute_1f1b", 1, 128, true).activationBytes())
        .isGreaterThan(2 * of(workload, "1f1b", 1, 128, true).activationBytes());
  }

  @Test
  void trainingKeepsSixteenBytesPerParameter() {
    MemoryEstimate estimate = firstStage("gpt3-xl", 1, 1, true);
    double perParameter = estimate.totalBytes() - estimate.activationBytes();
    assertThat(perParameter).isCloseTo(16.0 * 1_313_626_112, within(1.0));
  }

  @Test
  void gpt3XlFitsOnEightyGigabytesAndGpt3With175BillionParametersDoesNot() {
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
