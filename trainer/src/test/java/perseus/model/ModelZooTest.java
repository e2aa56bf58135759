package perseus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.io.UserError;
import perseus.model.layer.Layer;

class ModelZooTest {
  @ParameterizedTest
  @CsvSource({
    "bert-base-uncased, 109514298",
    "bert-large-uncased, 335174458",
    "bert-huge-uncased, 1276395322",
    "gpt3-small, 124439808",
    "gpt3-medium, 354823168",
    "gpt3-large, 758727168",
    "gpt3-xl, 1313626112",
    "gpt3-2.7b, 2648931840",
    "gpt3-6.7b, 6654210048",
    "gpt3-13b, 12848143360",
    "gpt3-39b, 39079927808",
    "gpt3-80b, 80127542400",
    "gpt3-175b, 174591676416",
    "t5-small, 60506624",
    "t5-base, 222903552",
    "t5-large, 737668096",
    "t5-3b, 2851598336",
    "t5-11b, 11307321344",
    "wide-resnet50_2, 68883240",
    "wide-resnet50_4, 223439144",
    "wide-resnet50_8, 804164904",
    "wide-resnet101_2, 126886696",
    "wide-resnet101_4, 419627304",
    "wide-resnet101_8, 1517370664",
    "bloom-560m, 559214592",
    "bloom-1b1, 1065314304",
    "bloom-1b7, 1722408960",
    "bloom-3b, 3002557440",
    "bloom-7b1, 7069016064",
    "bloom, 176247271424"
  })
  void everyModelHasItsPublishedParameterCount(String name, long parameters) {
    assertThat(ModelZoo.find(name).parameterCount()).isEqualTo(parameters);
  }

  @ParameterizedTest
  @CsvSource({
    "gpt3-xl, 27",
    "gpt3-2.7b, 35",
    "bert-huge-uncased, 26",
    "t5-3b, 74",
    "bloom-3b, 32",
    "wide-resnet50_8, 17",
    "wide-resnet101_8, 34"
  })
  void numberOfLayersMatchesThePublishedPartitions(String name, int layers) {
    assertThat(ModelZoo.find(name).layers()).hasSize(layers);
  }

  @Test
  void layerNamesAreUniqueWithinAModel() {
    for (Model model : ModelZoo.all()) {
      assertThat(model.layers()).extracting(Layer::name).doesNotHaveDuplicates();
    }
  }

  @Test
  void nanoModelsAreSmallEnoughForALaptop() {
    assertThat(ModelZoo.all())
        .filteredOn(model -> model.name().endsWith("-nano"))
        .hasSize(5)
        .allSatisfy(model -> assertThat(model.parameterCount()).isBetween(500_000L, 5_000_000L));
  }

  @Test
  void listStartsWithBertAndEndsWithTheNanoModels() {
    assertThat(ModelZoo.all()).hasSize(35);
    assertThat(ModelZoo.all().get(0).name()).isEqualTo("bert-base-uncased");
    assertThat(ModelZoo.all().get(34).name()).isEqualTo("bloom-nano");
  }

  @Test
  void unknownModelIsRefusedWithASuggestion() {
    assertThatThrownBy(() -> ModelZoo.find("gpt3-xxl"))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("'gpt3-xxl'", "did you mean gpt3-xl?");
  }

  @ParameterizedTest
  @CsvSource({
    "bert-huge, bert-huge-uncased",
    "GPT3-XL, gpt3-xl",
    "wide_resnet101_8, wide-resnet101_8",
    "t5-3B, t5-3b",
    "bloom3b, bloom-3b"
  })
  void suggestionIgnoresCaseAndCompletesAbbreviations(String asked, String meant) {
    assertThatThrownBy(() -> ModelZoo.find(asked))
        .hasMessageContaining("did you mean " + meant + "?");
  }
}
