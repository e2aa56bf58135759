package perseus.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.model.Family;
import perseus.model.Model;
import perseus.model.layer.Batch;
import perseus.tensor.LossScaler.State;
import perseus.tensor.autograd.Precision;
import perseus.tensor.parameter.StageParameter;
import perseus.tensor.parameter.StageSpec;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

class LossScalerTest {
  private static final double SCALE = 1024;

  private static RankModel model(Family family, Precision precision) {
    DjlRuntime.setThreads(1);
    Model model = SmallModels.of(family);
    Batch batch = new Batch(SmallModels.SAMPLES, SmallModels.TOKENS, 1);
    StageSpec spec =
        new StageSpec(model, 0, model.layers().size(), batch, 1, false, 7, 0.2, precision);
    return new RankModel(List.of(spec), Device.cpu(), TensorGroup.ALONE);
  }

  private static LossScaler scaler(RankModel model, double scale) {
    return new LossScaler(model, new LossScaler.Settings(scale, 3));
  }

  /** Runs a forward and a backward, and returns the loss. */
  private static double train(RankModel model, Family family) {
    try (NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      StageModel stage = model.chunks().get(0);
      stage.forward(0, SmallModels.data(family).microbatch(0, manager), new NDList());
      stage.backward(0, new NDList());
      return model.takeLoss();
    }
  }

  private static Map<String, float[]> gradients(RankModel model) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    for (StageParameter parameter : model.parameters()) {
      gradients.put(parameter.name(), parameter.gradient().toFloatArray());
    }
    return gradients;
  }

  private static boolean overflows(LossScaler scaler) {
    return scaler.unscale().toFloatArray()[0] != 0;
  }

  /**
   * A multiplication by a power of two changes only the exponents of float32 numbers, so the
   * results must have exactly the same bits.
   */
  @ParameterizedTest
  @EnumSource(Family.class)
  void scaleChangesNeitherLossNorGradientsInFloat32(Family family) {
    try (RankModel plain = model(family, Precision.FP32);
        RankModel scaled = model(family, Precision.FP32);
        LossScaler scaler = scaler(scaled, SCALE)) {
      assertThat(train(scaled, family)).isEqualTo(train(plain, family));
      assertThat(overflows(scaler)).isFalse();
      Map<String, float[]> expected = gradients(plain);
      gradients(scaled)
          .forEach((name, gradient) -> assertThat(gradient).as(name).isEqualTo(expected.get(name)));
    }
  }

  /** Without the scale, the gradients of activations would be below the smallest float16 number. */
  @Test
  void scaleKeepsSmallGradientsInFloat16() {
    try (RankModel model = model(Family.GPT3, Precision.FP16)) {
      StageParameter weight =
          model.parameters().stream()
              .filter(each -> each.name().equals("block0.feedforward.down.weight"))
              .findFirst()
              .orElseThrow();
      model.setLossScale(1e-8);
      train(model, Family.GPT3);
      assertThat(weight.gradient().toFloatArray()).containsOnly(0);
      model.setLossScale(1e-8 * (1 << 27));
      train(model, Family.GPT3);
      assertThat(weight.gradient().abs().max().getFloat()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void oneInfiniteOrNanElementIsAnOverflow(float element) {
    try (RankModel model = model(Family.BERT, Precision.FP32);
        LossScaler scaler = scaler(model, SCALE)) {
      assertThat(overflows(scaler)).isFalse();
      StageParameter last = model.parameters().get(model.parameters().size() - 1);
      last.gradient().set(new NDIndex("0"), element);
      assertThat(overflows(scaler)).isTrue();
      scaler.clearGradients();
      assertThat(gradients(model).values())
          .allSatisfy(gradient -> assertThat(gradient).containsOnly(0));
      assertThat(overflows(scaler)).isFalse();
    }
  }

  /**
   * The gradients of activations are float16 numbers and overflow, although the gradients of the
   * parameters are float32 numbers.
   */
  @ParameterizedTest
  @EnumSource(Family.class)
  void largeScaleOverflowsFloat16(Family family) {
    try (RankModel model = model(family, Precision.FP16);
        LossScaler scaler = scaler(model, 1L << 40)) {
      assertThat(train(model, family)).isPositive();
      assertThat(overflows(scaler)).isTrue();
    }
  }

  @Test
  void scaleFallsWithEachOverflowAndGrowsAfterAWindow() {
    try (RankModel model = model(Family.GPT3, Precision.FP32);
        LossScaler scaler = scaler(model, SCALE)) {
      scaler.stepFinished(false);
      scaler.stepFinished(false);
      assertThat(scaler.state()).isEqualTo(new State(SCALE, 2));
      scaler.stepFinished(true);
      scaler.stepFinished(true);
      assertThat(scaler.state()).isEqualTo(new State(SCALE / 4, 0));
      for (int step = 0; step < 3; step++) {
        scaler.stepFinished(false);
      }
      assertThat(scaler.state()).isEqualTo(new State(SCALE / 2, 0));
    }
  }

  @Test
  void scaleStaysAFloat32Number() {
    try (RankModel model = model(Family.GPT3, Precision.FP32);
        LossScaler scaler = scaler(model, SCALE)) {
      scaler.resume(new State(0x1p127, 2));
      scaler.stepFinished(false);
      assertThat(scaler.state()).isEqualTo(new State(0x1p127, 0));
      assertThat(overflows(scaler)).isFalse();
    }
  }
}
