package perseus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.io.UserError;
import perseus.model.layer.Batch;
import perseus.model.layer.KernelWork;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;

class WorkloadTest {
  private static List<StageWork> stages(String name, int pp, int microbatch, int sequence, int tp) {
    Model model = ModelZoo.find(name);
    Partition partition = Partition.of(Partition.defaultMethod(model), model, pp);
    return Workload.stages(model, partition, microbatch, sequence, tp);
  }

  private static double forwardFlops(List<StageWork> stages) {
    return stages.stream()
        .flatMap(stage -> stage.layers().stream())
        .mapToDouble(layer -> layer.forward().matmulFlops())
        .sum();
  }

  /**
   * Megatron-LM's formula (Narayanan et al., SC '21), a third of its 72 B l h^2 s for a forward.
   */
  @Test
  void gptsFlopsFollowThePublishedFormula() {
    double microbatch = 8;
    double sequence = 1024;
    double hidden = 2048;
    double expected =
        24
            * microbatch
            * sequence
            * 24
            * hidden
            * hidden
            * (1 + sequence / (6 * hidden) + 50257 / (12 * 24 * hidden));
    assertThat(forwardFlops(stages("gpt3-xl", 4, 8, 1024, 1))).isCloseTo(expected, within(1e6));
  }

  /** torchvision documents 22.75 billion multiply-adds for an image. */
  @Test
  void wideResNetsFlopsAreAsTorchvisionDocuments() {
    assertThat(forwardFlops(stages("wide-resnet101_2", 4, 1, 0, 1)))
        .isCloseTo(2 * 22.753e9, within(0.01e9));
  }

  @Test
  void backwardHasTwiceTheProductsOfForward() {
    for (Model model : ModelZoo.all()) {
      for (Layer layer : model.layers()) {
        LayerWork work = layer.work(new Batch(2, 128, 1));
        assertThat(work.backward().matmulFlops()).isEqualTo(2 * work.forward().matmulFlops());
        assertThat(work.forward().memoryBytes()).isPositive();
        assertThat(work.backward().memoryBytes()).isPositive();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"gpt3-xl, 1024", "bert-huge-uncased, 512", "t5-3b, 512", "bloom-3b, 1024"})
  void tensorParallelismDividesProductsAndParameters(String name, int sequence) {
    List<StageWork> whole = stages(name, 4, 4, sequence, 1);
    List<StageWork> half = stages(name, 4, 4, sequence, 2);
    // BERT's head has a transform that every GPU computes whole.
    assertThat(forwardFlops(half) / forwardFlops(whole)).isBetween(0.5, 0.51);
    for (int stage = 0; stage < 4; stage++) {
      assertThat((double) half.get(stage).parameters() / whole.get(stage).parameters())
          .isBetween(0.5, 0.51);
      assertThat(half.get(stage).activationBytes()).isEqualTo(whole.get(stage).activationBytes());
    }
  }

  @Test
  void stagesThatShareAParameterHoldACopyEach() {
    Model model = ModelZoo.find("gpt3-xl");
    long onStages =
        stages("gpt3-xl", 4, 8, 1024, 1).stream().mapToLong(StageWork::parameters).sum();
    assertThat(onStages).isEqualTo(model.parameterCount() + 50257L * 2048);
    assertThat(stages("gpt3-xl", 1, 8, 1024, 1).get(0).parameters())
        .isEqualTo(model.parameterCount());
  }

  @Test
  void everythingButTheHeadIsRecomputed() {
    Model model = ModelZoo.find("gpt3-xl");
    Partition partition = Partition.of("uniform_transformer", model, 4);
    Workload workload = new Workload(model, partition, new Batch(8, 1024, 1));
    List<StageWork> stages = workload.stages();
    List<KernelWork> again = workload.recomputations();
    KernelWork head = model.layers().get(26).work(workload.batch()).forward();
    for (int stage = 0; stage < 3; stage++) {
      assertThat(again.get(stage)).isEqualTo(stages.get(stage).forward());
    }
    assertThat(again.get(3).plus(head)).isEqualTo(stages.get(3).forward());
  }

  @Test
  void onlyTheFirstAndLastStageLoadData() {
    List<StageWork> stages = stages("gpt3-xl", 4, 8, 1024, 1);
    assertThat(stages)
        .extracting(StageWork::inputBytes)
        .containsExactly(65536.0, 0.0, 0.0, 65536.0);
    assertThat(stages("wide-resnet101_8", 4, 64, 0, 1).get(0).inputBytes())
        .isEqualTo(64 * 3 * 224 * 224 * 4.0);
  }

  @Test
  void theLastStageSendsNoActivations() {
    double hidden = 8.0 * 1024 * 2048 * 4;
    assertThat(stages("gpt3-xl", 4, 8, 1024, 1))
        .extracting(StageWork::activationBytes)
        .containsExactly(hidden, hidden, hidden, 0.0);
  }

  @Test
  void theEncodersOutputTravelsThroughTheDecoder() {
    double hidden = 4.0 * 512 * 1024 * 4;
    double waitingTokens = 4.0 * 512 * 8;
    assertThat(stages("t5-3b", 4, 4, 512, 1))
        .extracting(StageWork::activationBytes)
        .containsExactly(hidden + waitingTokens, hidden + waitingTokens, 2 * hidden, 0.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpt3-xl | 1024 | 3 | --tp is 3 but does not divide the 16 attention heads of gpt3-xl",
        "gpt3-xl | 2048 | 1 | --seq_length is 2048 but gpt3-xl has only 1024 positions",
        "gpt3-xl | 0 | 1 | --seq_length is 0 but must be at least 1",
        "gpt3-xl | 1024 | 0 | --tp is 0 but must be at least 1",
        "wide-resnet50_2 | 0 | 2 | --tp is 2 but tensor parallelism is for transformers only, not for"
            + " wide-resnet50_2; use --dp or --pp"
      })
  void shapesThatDoNotFitAreExplained(String name, int sequence, int tp, String message) {
    assertThatThrownBy(() -> stages(name, 4, 8, sequence, tp))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }
}
