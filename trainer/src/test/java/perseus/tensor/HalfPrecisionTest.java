package perseus.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import perseus.model.Family;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.model.layer.Batch;
import perseus.tensor.autograd.Precision;
import perseus.tensor.data.Datasets;
import perseus.tensor.parameter.StageParameter;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

/** Compares training in bfloat16 and float16 with training in float32. */
class HalfPrecisionTest {
  private static final int STEPS = 10;

  /** Returns the maximum error of one rounding, divided by the rounded number. */
  private static double rounding(Precision precision) {
    return precision == Precision.BF16 ? 1.0 / 256 : 1.0 / 2048;
  }

  static Stream<Arguments> precisionsAndFamilies() {
    return Stream.of(Precision.BF16, Precision.FP16)
        .flatMap(precision -> Stream.of(Family.values()).map(each -> arguments(precision, each)));
  }

  static Stream<Arguments> precisionsAndTransformers() {
    return precisionsAndFamilies().filter(each -> each.get()[1] != Family.WIDE_RESNET);
  }

  @ParameterizedTest
  @MethodSource("precisionsAndTransformers")
  void gradientsEqualFloat32GradientsUpToRounding(Precision precision, Family family) {
    try (Pipeline exact = pipeline(family, 1, false, Precision.FP32);
        Pipeline rounded = pipeline(family, 1, false, precision)) {
      double loss = exact.gradients();
      assertThat(rounded.gradients()).isCloseTo(loss, within(loss * rounding(precision)));
      // The computation of a gradient has about a hundred roundings. If their errors are
      // independent, the error of the gradient is about ten times the error of one rounding.
      assertThat(relativeError(rounded.parameters(), exact.parameters()))
          .isLessThan(12 * rounding(precision));
    }
  }

  /**
   * Returns the Euclidean distance between the actual and the expected gradients of all parameters,
   * divided by the Euclidean norm of the expected gradients.
   */
  private static double relativeError(
      Map<String, StageParameter> actual, Map<String, StageParameter> expected) {
    double squaredError = 0;
    double squares = 0;
    for (String name : expected.keySet()) {
      float[] exact = expected.get(name).gradient().toFloatArray();
      float[] rounded = actual.get(name).gradient().toFloatArray();
      for (int i = 0; i < exact.length; i++) {
        squaredError += Math.pow(rounded[i] - exact[i], 2);
        squares += Math.pow(exact[i], 2);
      }
    }
    return Math.sqrt(squaredError / squares);
  }

  /**
   * Stages exchange tensors in the type of the activations, without rounding. Therefore they
   * compute the same numbers as the whole model.
   */
  @ParameterizedTest
  @MethodSource("precisionsAndFamilies")
  void stagesWithCheckpointingComputeTheSameNumbersAsTheWholeModel(
      Precision precision, Family family) {
    try (Pipeline whole = pipeline(family, 1, false, precision);
        Pipeline stages = pipeline(family, 3, true, precision)) {
      assertThat(stages.gradients()).isEqualTo(whole.gradients());
      whole
          .parameters()
          .forEach(
              (name, parameter) ->
                  assertThat(stages.parameters().get(name).gradient().toFloatArray())
                      .as(name)
                      .usingComparatorWithPrecision(1e-6f)
                      .containsExactly(parameter.gradient().toFloatArray()));
    }
  }

  @ParameterizedTest
  @MethodSource("precisionsAndTransformers")
  void twoTensorParallelRanksComputeTheGradientsOfOneRankUpToRounding(
      Precision precision, Family family) throws Exception {
    try (Pipeline alone = pipeline(family, 1, true, precision)) {
      double loss = alone.gradients();
      double squares = squaresOfWholeParameters(alone);
      List<Double> losses = new ArrayList<>();
      List<Double> rankSquares =
          ThreadGroups.run(
              2,
              group -> {
                Batch batch = new Batch(SmallModels.SAMPLES, SmallModels.TOKENS, 2);
                Model model = SmallModels.of(family);
                try (Pipeline rank =
                    new Pipeline(
                        model,
                        List.of(0, 2, model.layers().size()),
                        batch,
                        3,
                        true,
                        SmallModels.data(family),
                        group,
                        Pipeline.SETTINGS,
                        Pipeline.INIT_STD,
                        precision)) {
                  double rankLoss = rank.gradients();
                  synchronized (losses) {
                    losses.add(rankLoss);
                  }
                  return squaresOfWholeParameters(rank);
                }
              });
      assertThat(losses).allSatisfy(each -> assertThat(each).isCloseTo(loss, within(0.02)));
      assertThat(rankSquares)
          .allSatisfy(each -> assertThat(each).isCloseTo(squares, within(0.05 * squares)));
    }
  }

  private static double squaresOfWholeParameters(Pipeline pipeline) {
    double squares = 0;
    for (StageParameter parameter : pipeline.parameters().values()) {
      if (!parameter.split()) {
        for (float element : parameter.gradient().toFloatArray()) {
          squares += element * element;
        }
      }
    }
    return squares;
  }

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({"gpt3-nano", "bert-nano", "t5-nano"})
  void lossesAndParametersAfterSomeStepsEqualFloat32UpToRounding(String name) {
    try (Pipeline exact = nano(name, new Batch(2, 32, 1), 2, Precision.FP32);
        Pipeline rounded = nano(name, new Batch(2, 32, 1), 2, Precision.BF16)) {
      for (int step = 0; step < STEPS; step++) {
        double loss = exact.step();
        assertThat(rounded.step()).isCloseTo(loss, within(loss * rounding(Precision.BF16)));
      }
      exact
          .parameters()
          .forEach(
              (parameter, expected) -> {
                StageParameter actual = rounded.parameters().get(parameter);
                try (NDArray difference = actual.value().stopGradient().sub(expected.value())) {
                  // Ten steps with the learning rate 0.001 change an element by up to 0.01. The
                  // true gradients of the biases of keys are zero, so rounding errors alone decide
                  // how these biases change.
                  assertThat(difference.abs().mean().getFloat()).as(parameter).isLessThan(2e-3f);
                }
              });
    }
  }

  /** PyTorch multiplies float16 matrices slowly on a CPU, so the batches are small. */
  @Tag("slow")
  @ParameterizedTest
  @CsvSource({"gpt3-nano", "bert-nano", "t5-nano", "bloom-nano"})
  void firstLossesInFloat16EqualFloat32LossesUpToRounding(String name) {
    Batch batch = new Batch(2, 8, 1);
    try (Pipeline exact = nano(name, batch, 1, Precision.FP32);
        Pipeline rounded = nano(name, batch, 1, Precision.FP16)) {
      for (int step = 0; step < 3; step++) {
        double loss = exact.step();
        assertThat(rounded.step()).isCloseTo(loss, within(loss * 0.002));
      }
    }
  }

  @Test
  void lossOfWideResNetInFloat16EqualsFloat32LossUpToRounding() {
    try (Pipeline exact = pipeline(Family.WIDE_RESNET, 1, false, Precision.FP32);
        Pipeline rounded = pipeline(Family.WIDE_RESNET, 1, false, Precision.FP16)) {
      double loss = exact.gradients();
      assertThat(rounded.gradients()).isCloseTo(loss, within(0.01 * loss));
    }
  }

  /**
   * Deep networks with batch normalization amplify rounding errors, so the test checks only that
   * the loss falls.
   */
  @ParameterizedTest
  @EnumSource(names = {"BF16", "FP16"})
  void wideResNetLearnsAFewImages(Precision precision) {
    Model model = SmallModels.of(Family.WIDE_RESNET);
    Batch batch = new Batch(SmallModels.SAMPLES, SmallModels.TOKENS, 1);
    try (Pipeline pipeline =
        new Pipeline(
            model,
            Pipeline.evenly(model, 2),
            batch,
            1,
            true,
            (index, manager) -> SmallModels.data(Family.WIDE_RESNET).microbatch(0, manager),
            TensorGroup.ALONE,
            AdamW.Settings.of(0.01, 0),
            Pipeline.INIT_STD,
            precision)) {
      double first = pipeline.step();
      double last = first;
      for (int step = 1; step < 30; step++) {
        last = pipeline.step();
      }
      assertThat(first).isGreaterThan(1);
      assertThat(last).isLessThan(0.1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "FP16"})
  void exchangedTensorsHaveATypeThatDjlKnows(Precision precision) {
    try (Pipeline pipeline = pipeline(Family.GPT3, 2, false, precision);
        NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      StageModel first = pipeline.stages.get(0);
      NDList data = SmallModels.data(Family.GPT3).microbatch(0, manager);
      try (NDList sent = first.forward(0, data, new NDList())) {
        assertThat(first.exchangedType()).isEqualTo(DataType.FLOAT16);
        assertThat(sent.singletonOrThrow().getDataType()).isEqualTo(DataType.FLOAT16);
        assertThat(sent.singletonOrThrow().getShape()).isEqualTo(first.outputShapes().get(0));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "FP16"})
  void parametersAndGradientsStayFloat32(Precision precision) {
    try (Pipeline pipeline = pipeline(Family.T5, 1, true, precision)) {
      pipeline.step();
      assertThat(pipeline.parameters().values())
          .allSatisfy(
              parameter -> {
                assertThat(parameter.value().getDataType()).isEqualTo(DataType.FLOAT32);
                assertThat(parameter.gradient().getDataType()).isEqualTo(DataType.FLOAT32);
              });
    }
  }

  private static Pipeline pipeline(
      Family family, int stages, boolean checkpointing, Precision precision) {
    return PipelineEqualityTest.pipeline(
        family, SmallModels.of(family), stages, 3, checkpointing, precision);
  }

  private static Pipeline nano(String name, Batch batch, int microbatches, Precision precision) {
    Model model = ModelZoo.find(name);
    return new Pipeline(
        model,
        Pipeline.evenly(model, 2),
        batch,
        microbatches,
        true,
        Datasets.open(model, batch, null, null, 1),
        TensorGroup.ALONE,
        AdamW.Settings.of(1e-3, 2),
        0.02,
        precision);
  }
}
