package perseus.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.model.Family;
import perseus.model.Model;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.layer.Parameter;
import perseus.transport.TensorGroup;

/** Checks that training does not depend on the tensor-parallel degree. */
class TensorParallelTest {
  private static final int STEPS = 3;

  private record Outcome(List<Double> losses, Map<String, float[]> parameters) {}

  @ParameterizedTest
  @CsvSource({
    "GPT3, 1, false", "GPT3, 2, true",
    "BLOOM, 1, false", "BLOOM, 2, true",
    "BERT, 1, false", "BERT, 2, true",
    "T5, 1, false", "T5, 4, true"
  })
  void twoRanksLearnWhatOneRankLearns(Family family, int stages, boolean checkpointing)
      throws Exception {
    Model model = SmallModels.of(family);
    Outcome alone = train(model, family, stages, checkpointing, TensorGroup.ALONE);
    List<Outcome> ranks =
        ThreadGroups.run(2, group -> train(model, family, stages, checkpointing, group));
    for (Outcome rank : ranks) {
      for (int step = 0; step < STEPS; step++) {
        assertThat(rank.losses.get(step)).isCloseTo(alone.losses.get(step), within(1e-5));
      }
    }
    for (Layer layer : model.layers()) {
      for (Parameter parameter : layer.parameters()) {
        float[] whole = alone.parameters.get(parameter.name());
        float[] first = ranks.get(0).parameters.get(parameter.name());
        float[] second = ranks.get(1).parameters.get(parameter.name());
        assertThat(joined(parameter, first, second))
            .as(parameter.name())
            .usingComparatorWithPrecision(2e-4f)
            .containsExactly(whole);
      }
    }
  }

  /**
   * Returns the whole tensor, joined from the parts of two ranks. The padding of the second part is
   * left out.
   */
  private static float[] joined(Parameter parameter, float[] first, float[] second) {
    if (parameter.splitAxis() == Parameter.WHOLE) {
      assertThat(first).as(parameter.name()).containsExactly(second);
      return first;
    }
    int outer = parameter.splitAxis() == 0 ? 1 : parameter.shape().get(0);
    int wholeRow = (int) (parameter.elements() / outer);
    int partRow = first.length / outer;
    float[] whole = new float[outer * wholeRow];
    for (int row = 0; row < outer; row++) {
      System.arraycopy(first, row * partRow, whole, row * wholeRow, partRow);
      System.arraycopy(second, row * partRow, whole, row * wholeRow + partRow, wholeRow - partRow);
    }
    return whole;
  }

  private static Outcome train(
      Model model, Family family, int stages, boolean checkpointing, TensorGroup group) {
    List<Integer> boundaries = new ArrayList<>();
    for (int stage = 0; stage <= stages; stage++) {
      boundaries.add(stage * model.layers().size() / stages);
    }
    try (Pipeline pipeline =
        new Pipeline(
            model,
            boundaries,
            new Batch(SmallModels.SAMPLES, SmallModels.TOKENS, group.size()),
            2,
            checkpointing,
            SmallModels.data(family),
            group)) {
      List<Double> losses = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        losses.add(pipeline.step());
      }
      Map<String, float[]> parameters = new HashMap<>();
      pipeline
          .parameters()
          .forEach((name, parameter) -> parameters.put(name, parameter.value().toFloatArray()));
      return new Outcome(losses, parameters);
    }
  }
}
