package perseus.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.model.Family;
import perseus.model.Model;
import perseus.model.layer.Batch;
import perseus.tensor.autograd.Precision;
import perseus.tensor.parameter.StageParameter;
import perseus.tensor.parameter.StageSpec;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

/** Checks that training does not depend on the partition or on activation checkpointing. */
class PipelineEqualityTest {
  private static final int STEPS = 3;
  private static final int MICROBATCHES = 3;

  @ParameterizedTest
  @CsvSource({
    "GPT3, 1, true",
    "GPT3, 2, false",
    "GPT3, 4, true",
    "BLOOM, 1, true",
    "BLOOM, 2, false",
    "BLOOM, 4, true",
    "BERT, 1, true",
    "BERT, 2, false",
    "BERT, 4, true",
    "T5, 1, true",
    "T5, 2, false",
    "T5, 4, true",
    "T5, 8, false",
    "WIDE_RESNET, 1, true",
    "WIDE_RESNET, 2, false",
    "WIDE_RESNET, 4, true"
  })
  void stagesLearnWhatTheWholeModelLearns(Family family, int stages, boolean checkpointing) {
    Model model = SmallModels.of(family);
    try (Pipeline whole = pipeline(family, model, 1, MICROBATCHES, false);
        Pipeline parts = pipeline(family, model, stages, MICROBATCHES, checkpointing)) {
      for (int step = 0; step < STEPS; step++) {
        assertThat(parts.step()).isCloseTo(whole.step(), within(1e-5));
      }
      assertSameParameters(parts.parameters(), whole.parameters());
    }
  }

  /**
   * If several stages of one rank share a parameter, such as the embedding, the rank holds one copy
   * of it. So no gradients of copies have to be summed.
   */
  @ParameterizedTest
  @CsvSource({"GPT3", "T5"})
  void stagesOfOneRankShareParametersAndLearnWhatTheWholeModelLearns(Family family) {
    Model model = SmallModels.of(family);
    Batch batch = new Batch(SmallModels.SAMPLES, SmallModels.TOKENS, 1);
    List<StageSpec> specs = new ArrayList<>();
    List<Integer> boundaries = evenly(model, 4);
    for (int stage = 0; stage < 4; stage++) {
      specs.add(
          new StageSpec(
              model,
              boundaries.get(stage),
              boundaries.get(stage + 1),
              batch,
              1,
              true,
              Pipeline.SEED,
              Pipeline.INIT_STD,
              Precision.FP32));
    }
    try (Pipeline whole = pipeline(family, model, 1, 1, false);
        RankModel rank = new RankModel(specs, Device.cpu(), TensorGroup.ALONE);
        AdamW optimizer = new AdamW(rank.parameters(), Pipeline.SETTINGS);
        NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      for (int step = 0; step < STEPS; step++) {
        NDList tensors = new NDList();
        for (StageModel chunk : rank.chunks()) {
          NDList data =
              chunk.loadsData() ? SmallModels.data(family).microbatch(step, manager) : new NDList();
          tensors = chunk.forward(0, data, tensors);
        }
        for (int chunk = specs.size() - 1; chunk >= 0; chunk--) {
          tensors = rank.chunks().get(chunk).backward(0, tensors);
        }
        assertThat(rank.takeLoss()).isCloseTo(whole.step(), within(1e-5));
        optimizer.step();
      }
      Map<String, StageParameter> parameters = new LinkedHashMap<>();
      rank.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
      assertThat(rank.parameters()).hasSameSizeAs(parameters.keySet());
      assertSameParameters(parameters, whole.parameters());
    }
  }

  static void assertSameParameters(
      Map<String, StageParameter> actual, Map<String, StageParameter> expected) {
    assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    actual.forEach(
        (name, parameter) -> {
          try (NDArray difference =
              parameter.value().stopGradient().sub(expected.get(name).value()).abs().max()) {
            assertThat(difference.getFloat()).as(name).isLessThan(2e-4f);
          }
        });
  }

  static Pipeline pipeline(
      Family family, Model model, int stages, int microbatches, boolean checkpointing) {
    return pipeline(family, model, stages, microbatches, checkpointing, Precision.FP32);
  }

  static Pipeline pipeline(
      Family family,
      Model model,
      int stages,
      int microbatches,
      boolean checkpointing,
      Precision precision) {
    return new Pipeline(
        model,
        evenly(model, stages),
        new Batch(SmallModels.SAMPLES, SmallModels.TOKENS, 1),
        microbatches,
        checkpointing,
        SmallModels.data(family),
        TensorGroup.ALONE,
        Pipeline.SETTINGS,
        Pipeline.INIT_STD,
        precision);
  }

  private static List<Integer> evenly(Model model, int stages) {
    List<Integer> boundaries = new ArrayList<>();
    for (int stage = 0; stage <= stages; stage++) {
      boundaries.add(stage * model.layers().size() / stages);
    }
    return boundaries;
  }
}
