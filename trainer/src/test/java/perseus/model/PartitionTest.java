package perseus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.UserError;

class PartitionTest {
  private static List<Integer> boundaries(String method, String model, int stages) {
    return Partition.of(method, ModelZoo.find(model), stages).boundaries();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "bert-huge-uncased custom:0,8,14,20,26 4",
        "bloom-3b custom:0,10,18,26,32 4",
        "gpt3-xl custom:0,8,14,21,27 4",
        "t5-3b custom:0,16,33,53,74 4",
        "wide-resnet101_8 custom:0,7,16,25,34 4",
        "bert-huge-uncased uniform_transformer 8",
        "bloom-3b custom:0,6,10,14,18,22,26,30,32 8",
        "gpt3-2.7b uniform_transformer 8",
        "t5-3b custom:0,9,16,24,33,43,53,63,74 8",
        "wide-resnet101_8 custom:0,4,9,13,17,21,25,30,34 8"
      })
  void publishedPartitionsFitTheirModels(String model, String method, int stages) {
    assertThat(Partition.of(method, ModelZoo.find(model), stages).stages()).isEqualTo(stages);
  }

  @Test
  void uniformRoundsTheNumberOfLayersUp() {
    assertThat(boundaries("uniform", "gpt3-xl", 4)).containsExactly(0, 7, 14, 21, 27);
  }

  @Test
  void uniformIsEvenWhereRoundingUpWouldLeaveAStageEmpty() {
    assertThat(boundaries("uniform", "gpt3-xl", 10))
        .containsExactly(0, 3, 6, 9, 12, 15, 18, 21, 23, 25, 27);
  }

  @Test
  void uniformFloorGivesTheRestToTheLastStage() {
    assertThat(boundaries("uniform_floor", "gpt3-xl", 4)).containsExactly(0, 6, 12, 18, 27);
  }

  @Test
  void uniformTransformerCountsOnlyBlocks() {
    assertThat(boundaries("uniform_transformer", "gpt3-xl", 4)).containsExactly(0, 8, 14, 20, 27);
    assertThat(boundaries("uniform_transformer", "bert-huge-uncased", 8))
        .containsExactly(0, 4, 7, 10, 13, 16, 19, 22, 26);
  }

  @Test
  void uniformTransformerGivesHalfOfTheStagesToTheEncoderOfT5() {
    assertThat(boundaries("uniform_transformer", "t5-3b", 4)).containsExactly(0, 13, 25, 49, 74);
    assertThat(boundaries("uniform_transformer", "t5-3b", 2)).containsExactly(0, 25, 74);
    assertThat(boundaries("uniform_transformer", "t5-3b", 1)).containsExactly(0, 74);
    assertThatThrownBy(() -> boundaries("uniform_transformer", "t5-3b", 3))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("uniform_transformer", "t5-3b", "even or 1, not 3");
  }

  @Test
  void parametersMinimizeTheHeaviestStage() {
    long[] weights = {5, 1, 1, 1, 9, 2, 2};
    assertThat(BalancedPartition.boundaries(weights, 3)).containsExactly(0, 4, 5, 7);
    // In every division, the heaviest part has at least the weight 8. The method must then choose
    // the division whose other two parts both have the weight 2.
    assertThat(BalancedPartition.boundaries(new long[] {1, 1, 1, 1, 8}, 3))
        .containsExactly(0, 2, 4, 5);
  }

  @Test
  void parametersGivesEveryStageALayer() {
    Model model = ModelZoo.find("wide-resnet101_8");
    for (int stages = 1; stages <= model.layers().size(); stages++) {
      List<Integer> boundaries = Partition.of("parameters", model, stages).boundaries();
      assertThat(boundaries).doesNotHaveDuplicates().isSorted().hasSize(stages + 1);
    }
  }

  @Test
  void layersOfAllStagesAreTheLayersOfTheModel() {
    Model model = ModelZoo.find("t5-nano");
    Partition partition = Partition.of(Partition.defaultMethod(model), model, 4);
    assertThat(
            IntStream.range(0, 4).boxed().flatMap(stage -> partition.layers(model, stage).stream()))
        .containsExactlyElementsOf(model.layers());
  }

  @Test
  void convolutionalModelsArePartitionedByParameters() {
    assertThat(Partition.defaultMethod(ModelZoo.find("wide-resnet50_2"))).isEqualTo("parameters");
    assertThat(Partition.defaultMethod(ModelZoo.find("t5-3b"))).isEqualTo("uniform_transformer");
    assertThatThrownBy(() -> boundaries("uniform_transformer", "wide-resnet50_2", 4))
        .isInstanceOf(UserError.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "custom:0,8,14 | 2 stages | pipeline has 4",
        "custom:0,8,14,21,30 | ends at 30 | gpt3-xl has 27 layers",
        "custom:0,8,8,21,27 | must increase | 8 follows 8",
        "custom:1,8,14,21,27 | starts at 1 | layer 0",
        "custom:0,8,x,21,27 | has 'x' | number of a layer",
        "custom: | has '' | number of a layer",
        "custom:0 | 0 stages | pipeline has 4"
      })
  void customPartitionThatDoesNotFitIsExplained(String method, String fact, String expected) {
    assertThatThrownBy(() -> boundaries(method, "gpt3-xl", 4))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(method, fact, expected);
  }

  @Test
  void moreStagesThanLayersAreRefused() {
    assertThatThrownBy(() -> boundaries("uniform", "gpt3-nano", 12))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("gpt3-nano", "11 layers", "12 stages");
    assertThatThrownBy(() -> boundaries("uniform_transformer", "gpt3-nano", 9))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("uniform_transformer", "8 blocks of gpt3-nano", "9 stages");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "uniform-transformer", "even", "custom"})
  void unknownMethodIsRefused(String method) {
    assertThatThrownBy(() -> boundaries(method, "gpt3-xl", 4))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("partition method '" + method + "'");
  }
}
