package perseus.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import perseus.model.Family;
import perseus.model.Model;
import perseus.model.layer.Batch;
import perseus.tensor.autograd.Precision;
import perseus.tensor.parameter.StageSpec;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

/** Checks which tokens influence a prediction in the middle of the sequence. */
class CausalityTest {
  private static final int TOKENS = SmallModels.TOKENS;
  private static final int PREDICTED_POSITION = 3;

  @ParameterizedTest
  @EnumSource(
      value = Family.class,
      names = {"GPT3", "BLOOM", "T5"})
  void predictionOfADecoderDoesNotDependOnLaterTokens(Family family) {
    int decoder = family == Family.T5 ? 1 : 0;
    double loss = loss(family, -1, -1);
    for (int changed = 0; changed < TOKENS; changed++) {
      if (changed > PREDICTED_POSITION) {
        assertThat(loss(family, decoder, changed)).isEqualTo(loss);
      } else {
        assertThat(loss(family, decoder, changed)).isNotEqualTo(loss);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"BERT", "T5"})
  void predictionOfAnEncoderDependsOnAllTokens(Family family) {
    double loss = loss(family, -1, -1);
    for (int changed = 0; changed < TOKENS; changed++) {
      assertThat(loss(family, 0, changed)).isNotEqualTo(loss);
    }
  }

  /**
   * Returns the loss of one prediction after one token of the input was changed.
   *
   * @param sequence index of the sequence in which the token is changed; -1 to change no token
   * @param changed position of the changed token in the sequence
   */
  private static double loss(Family family, int sequence, int changed) {
    Model model = SmallModels.of(family);
    StageSpec spec =
        new StageSpec(
            model,
            0,
            model.layers().size(),
            new Batch(1, TOKENS, 1),
            1,
            false,
            3,
            0.5,
            Precision.FP32);
    try (NDManager manager = DjlRuntime.newManager(Device.cpu());
        StageModel stage = StageModels.create(spec, TensorGroup.ALONE)) {
      NDList data = new NDList();
      for (int i = 0; i < (family == Family.T5 ? 2 : 1); i++) {
        long[] tokens = {4, 8, 15, 16, 2, 7, 11};
        if (i == sequence) {
          tokens[changed] = 21;
        }
        data.add(manager.create(tokens, new Shape(1, TOKENS)));
      }
      long[] labels = new long[TOKENS];
      Arrays.fill(labels, -1);
      labels[PREDICTED_POSITION] = 5;
      data.add(manager.create(labels, new Shape(1, TOKENS)));
      stage.forward(0, data, new NDList());
      return stage.takeLoss();
    }
  }
}
