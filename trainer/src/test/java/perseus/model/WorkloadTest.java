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
    return new Workload(model, partition, new Batch(microbatch, sequence, tp)).stages();
  }

  private static double forwardFlops(List<StageWork> stages) {
    return stages.stream()
        .flatMap(stage -> stage.layers().stream())
        .mapToDouble(layer -> layer.forward().matmulFlops())
        .sum();
  }

  /**
   * A forward needs 24 B l h^2 s floating-point operations plus smaller terms. This is a third of
   * the number for forward and backward that Megatron-LM states (Narayanan et al., SC '21). B is
   * the number of samples, l the number of layers, h the hidden width and s the sequence length.
   */
  @Test
  void flopsOfGptFollowThePublishedFormula() {
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

  /** The documentation of torchvision states 22.75 billion multiply-adds per image. */
  @Test
  void flopsOfWideResNetAreThoseThatTorchvisionDocuments() {
    assertThat(forwardFlops(stages("wide-resnet101_2", 4, 1, 0, 1)))
        .isCloseTo(2 * 22.753e9, within(0.01e9));
  }

  @Test
  void backwardHasTwiceTheMatrixProductsOfForward() {
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
  void tensorParallelismDividesMatrixProductsAndParameters(String name, int sequence) {
    List<StageWork> whole = stages(name, 4, 4, sequence, 1);
    List<StageWork> half = stages(name, 4, 4, sequence, 2);
    // BERT's head has a linear layer that tensor parallelism does not divide.
    assertThat(forwardFlops(half) / forwardFlops(whole)).isBetween(0.5, 0.51);
    for (int stage = 0; stage < 4; stage++) {
      assertThat((double) half.get(stage).parameters() / whole.get(stage).parameters())
          .isBetween(0.5, 0.51);
      assertThat(half.get(stage).activationBytes()).isEqualTo(whole.get(stage).activationBytes());
    }
  }

  @Test
  void everyStageThatUsesASharedParameterHoldsACopy() {
    Model model = ModelZoo.find("gpt3-xl");
    long onStages =
        stages("gpt3-xl", 4, 8, 1024, 1).stream().mapToLong(StageWork::parameters).sum();
    assertThat(onStages).isEqualTo(model.parameterCount() + 50257L * 2048);
    assertThat(stages("gpt3-xl", 1, 8, 1024, 1).get(0).parameters())
        .isEqualTo(model.parameterCount());
  }

  @Test
  void allLayersButTheHeadAreRecomputed() {
    Model model = ModelZoo.find("gpt3-xl");
    Partition partition = Partition.of("uniform_transformer", model, 4);
    Workload workload = new Workload(model, partition, new Batch(8, 1024, 1));
    List<StageWork> stages = workload.stages();
    KernelWork head = model.layers().get(26).work(workload.batch()).forward();
    for (StageWork stage : stages.subList(0, 3)) {
      assertThat(StageTotals.recomputation(stage)).isEqualTo(StageTotals.forward(stage));
    }
    assertThat(StageTotals.recomputation(stages.get(3)).plus(head))
        .isEqualTo(StageTotals.forward(stages.get(3)));
  }

  @Test
  void onlyTheFirstAndTheLastStageLoadData() {
    List<StageWork> stages = stages("gpt3-xl", 4, 8, 1024, 1);
    assertThat(stages)
        .extracting(StageWork::inputBytes)
        .containsExactly(65536.0, 0.0, 0.0, 65536.0);
    assertThat(stages("wide-resnet101_8", 4, 64, 0, 1).get(0).inputBytes())
        .isEqualTo(64 * 3 * 224 * 224 * 4.0);
  }

  @Test
  void lastStageSendsNoActivations() {
    double hidden = 8.0 * 1024 * 2048 * 4;
    assertThat(stages("gpt3-xl", 4, 8, 1024, 1))
        .extracting(StageWork::activationBytes)
        .containsExactly(hidden, hidden, hidden, 0.0);
  }

  @Test
  void encoderStagesAlsoSendDecoderTokensAndDecoderStagesTheEncoderOutput() {
    double hidden = 4.0 * 512 * 1024 * 4;
    double decoderTokens = 4.0 * 512 * 8;
    assertThat(stages("t5-3b", 4, 4, 512, 1))
        .extracting(StageWork::activationBytes)
        .containsExactly(hidden + decoderTokens, hidden + decoderTokens, 2 * hidden, 0.0);
  }

  @Test
  void onlyTheLastLayerHasNoOutput() {
    for (Model model : ModelZoo.all()) {
      Batch batch = new Batch(2, model.defaultSequenceLength(), 1);
      List<Layer> layers = model.layers();
      for (Layer layer : layers.subList(0, layers.size() - 1)) {
        assertThat(layer.outputShapes(batch)).as(layer.name()).isNotEmpty();
        assertThat(layer.outputBytes(batch)).as(layer.name()).isPositive();
      }
      Layer last = layers.get(layers.size() - 1);
      assertThat(last.outputShapes(batch)).isEmpty();
      assertThat(last.outputBytes(batch)).isZero();
    }
  }

  @Test
  void outputShapesNameSamplesFirst() {
    Batch batch = new Batch(4, 512, 1);
    List<Layer> t5 = ModelZoo.find("t5-3b").layers();
    assertThat(t5.get(0).outputShapes(batch)).containsExactly(new long[] {4, 512, 1024});
    assertThat(t5.get(40).outputShapes(batch))
        .containsExactly(new long[] {4, 512, 1024}, new long[] {4, 512, 1024});
    List<Layer> resNet = ModelZoo.find("wide-resnet50_2").layers();
    assertThat(resNet.get(0).outputShapes(batch)).containsExactly(new long[] {4, 64, 56, 56});
    assertThat(resNet.get(4).outputShapes(batch)).containsExactly(new long[] {4, 512, 28, 28});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpt3-xl | 1024 | 3 | tensor-parallel degree is 3 | 16 attention heads of gpt3-xl",
        "gpt3-xl | 2048 | 1 | sequence length is 2048 | gpt3-xl has only 1024 positions",
        "gpt3-xl | 0 | 1 | sequence length is 0 | at least 1",
        "gpt3-xl | 1024 | 0 | tensor-parallel degree is 0 | at least 1",
        "wide-resnet50_2 | 0 | 2 | tensor-parallel degree is 2 | not to wide-resnet50_2"
      })
  void shapesThatDoNotFitAreExplained(
      String name, int sequence, int tp, String given, String reason) {
    assertThatThrownBy(() -> stages(name, 4, 8, sequence, tp))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(given, reason);
  }
}
