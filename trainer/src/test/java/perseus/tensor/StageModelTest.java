package perseus.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.UserError;
import perseus.model.Family;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.model.layer.Batch;
import perseus.model.layer.Head;
import perseus.model.layer.Layer;
import perseus.model.layer.LayerWork;
import perseus.model.layer.Parameter;
import perseus.model.layer.WorkTally;
import perseus.tensor.autograd.Precision;
import perseus.tensor.parameter.Initializer;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameter;
import perseus.tensor.parameter.StageParameters;
import perseus.tensor.parameter.StageSpec;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

class StageModelTest {
  static Stream<Model> models() {
    return ModelZoo.all().stream();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt3-nano", "bert-nano", "t5-nano", "wide-resnet-nano"})
  void stageHasTheParametersOfItsModel(String name) {
    Model model = ModelZoo.find(name);
    try (StageModel stage = stage(model, 0, model.layers().size())) {
      List<StageParameter> built = stage.parameters();
      assertThat(built).extracting(StageParameter::name).doesNotHaveDuplicates();
      assertThat(built.stream().mapToLong(each -> each.value().size()).sum())
          .isEqualTo(model.parameterCount());
      assertThat(built)
          .allSatisfy(
              each -> assertThat(each.gradient().getShape()).isEqualTo(each.value().getShape()));
    }
  }

  /**
   * A TensorLayer finds its parameters by their names, so each name must be in the description of
   * the layer.
   */
  @ParameterizedTest
  @MethodSource("models")
  void tensorLayersUseExactlyTheParametersThatTheirDescriptionsList(Model model) {
    Set<String> listed = new HashSet<>();
    Set<String> used = new HashSet<>();
    StageParameters parameters =
        new StageParameters(
            model.layers(),
            parameter -> {
              listed.add(parameter.name());
              return null;
            }) {
          @Override
          public LocalParameter get(String name) {
            used.add(name);
            return null;
          }
        };
    StageSpec spec =
        new StageSpec(
            model, 0, model.layers().size(), new Batch(1, 8, 1), 1, false, 1, 0.02, Precision.FP32);
    try (NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      new LayerFactory(spec, TensorGroup.ALONE, parameters, manager, null).layers();
    }
    assertThat(used).isEqualTo(listed);
  }

  @ParameterizedTest
  @MethodSource("models")
  void partsOfParametersHaveTheDescribedSizes(Model model) {
    for (Layer layer : model.layers()) {
      for (Parameter parameter : layer.parameters()) {
        for (int tp : new int[] {1, 2, 4}) {
          assertThat(LocalParameter.shape(parameter, tp).size())
              .as(parameter.name())
              .isEqualTo(parameter.elementsPerGpu(tp));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void tensorsBetweenStagesHaveTheDeclaredShapes(Family family) {
    Model model = SmallModels.of(family);
    int layers = model.layers().size();
    try (NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      for (int cut = 1; cut < layers; cut++) {
        try (StageModel first = stage(model, 0, cut);
            StageModel second = stage(model, cut, layers)) {
          NDList data = SmallModels.data(family).microbatch(0, manager);
          NDList sent = first.forward(0, data, new NDList());
          assertThat(shapes(sent)).isEqualTo(first.outputShapes()).isEqualTo(second.inputShapes());
          NDList loaded = SmallModels.data(family).microbatch(0, manager);
          assertThat(second.forward(0, loaded, sent)).isEmpty();
          NDList gradients = second.backward(0, new NDList());
          assertThat(shapes(gradients)).isEqualTo(second.inputShapes());
          assertThat(first.backward(0, gradients)).isEmpty();
          assertThat(first.takeLoss()).isNaN();
        }
      }
    }
  }

  @Test
  void onlyStagesThatNeedTrainingDataLoadIt() {
    Model model = SmallModels.of(Family.T5);
    // The layers are the embedding, two encoder blocks, attention and feed-forward of two decoder
    // blocks, and the head.
    boolean[] expected = {true, false, false, true, false, false, false, true};
    for (int layer = 0; layer < expected.length; layer++) {
      try (StageModel stage = stage(model, layer, layer + 1)) {
        assertThat(stage.loadsData()).as("layer %d", layer).isEqualTo(expected[layer]);
      }
    }
  }

  @Test
  void lossIsTheSumSinceThePreviousCall() {
    Model model = SmallModels.of(Family.GPT3);
    try (NDManager manager = DjlRuntime.newManager(Device.cpu());
        StageModel stage = stage(model, 0, model.layers().size())) {
      stage.forward(0, SmallModels.data(Family.GPT3).microbatch(0, manager), new NDList());
      double one = stage.takeLoss();
      assertThat(one).isPositive();
      assertThat(stage.takeLoss()).isZero();
      for (int microbatch = 1; microbatch < 3; microbatch++) {
        stage.forward(
            microbatch, SmallModels.data(Family.GPT3).microbatch(0, manager), new NDList());
      }
      assertThat(stage.takeLoss()).isEqualTo(2 * one);
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void numberOfTensorsDoesNotGrowWithTheNumberOfSteps(Family family) {
    checkNumberOfTensors(family, Precision.FP32, family == Family.GPT3 ? 1000 : 10);
    checkNumberOfTensors(family, Precision.BF16, 10);
  }

  private static void checkNumberOfTensors(Family family, Precision precision, int steps) {
    Model model = SmallModels.of(family);
    try (Pipeline pipeline = PipelineEqualityTest.pipeline(family, model, 2, 1, true, precision)) {
      pipeline.step();
      int tensors = tensors(pipeline);
      for (int step = 0; step < steps; step++) {
        pipeline.step();
      }
      assertThat(tensors(pipeline)).isEqualTo(tensors);
    }
  }

  /** Returns the number of tensors that the pipeline holds. */
  private static int tensors(Pipeline pipeline) {
    return pipeline.stages.stream()
        .map(stage -> stage.parameters().get(0).value().getManager())
        .mapToInt(manager -> manager.getManagedArrays().size())
        .sum();
  }

  @Test
  void backwardWithoutForwardIsRefused() {
    Model model = SmallModels.of(Family.GPT3);
    try (StageModel stage = stage(model, 0, model.layers().size())) {
      assertThatThrownBy(() -> stage.backward(3, new NDList()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Microbatch 3");
    }
  }

  @Test
  void layerWithoutTensorsIsRefusedWithItsName() {
    record Unknown(String name) implements Head {
      @Override
      public List<Parameter> parameters() {
        return List.of();
      }

      @Override
      public LayerWork work(Batch batch) {
        return new WorkTally().of(this);
      }
    }

    Model model = new Model("m", Family.GPT3, List.of(new Unknown("strange layer")), 7, 7);
    StageSpec spec =
        new StageSpec(model, 0, 1, new Batch(1, 7, 1), 1, false, 1, 0.02, Precision.FP32);
    StageParameters none = new StageParameters(List.of(), parameter -> null);
    try (NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      LayerFactory factory = new LayerFactory(spec, TensorGroup.ALONE, none, manager, null);
      assertThatThrownBy(factory::layers)
          .isInstanceOf(UserError.class)
          .hasMessageContainingAll("strange layer", Unknown.class.getName());
    }
  }

  @Test
  void initialValuesDoNotDependOnThePartition() {
    Model model = SmallModels.of(Family.GPT3);
    int layers = model.layers().size();
    try (StageModel whole = stage(model, 0, layers);
        StageModel part = stage(model, 3, layers)) {
      for (StageParameter parameter : part.parameters()) {
        StageParameter same =
            whole.parameters().stream()
                .filter(each -> each.name().equals(parameter.name()))
                .findFirst()
                .orElseThrow();
        assertThat(parameter.value().toFloatArray()).containsExactly(same.value().toFloatArray());
      }
    }
  }

  @Test
  void initialWeightsHaveTheRightMomentsAndAreIndependentBetweenParameters() {
    Initializer initializer = new Initializer(5, "block0.feedforward.up.weight");
    Initializer other = new Initializer(5, "block1.feedforward.up.weight");
    int count = 1_000_000;
    double sum = 0;
    double squares = 0;
    double products = 0;
    for (int i = 0; i < count; i++) {
      double value = initializer.normal(i, 2);
      sum += value;
      squares += value * value;
      products += value * other.normal(i, 2);
    }
    // The tolerances are about five standard errors.
    assertThat(sum / count).isBetween(-0.01, 0.01);
    assertThat(squares / count).isBetween(3.98, 4.02);
    assertThat(products / count).isBetween(-0.02, 0.02);
  }

  private static List<Shape> shapes(NDList tensors) {
    return tensors.stream().map(NDArray::getShape).toList();
  }

  private static StageModel stage(Model model, int first, int end) {
    Batch batch = new Batch(SmallModels.SAMPLES, SmallModels.TOKENS, 1);
    StageSpec spec = new StageSpec(model, first, end, batch, 1, true, 1, 0.02, Precision.FP32);
    return StageModels.create(spec, TensorGroup.ALONE);
  }
}
