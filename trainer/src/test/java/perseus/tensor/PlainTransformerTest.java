package perseus.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perseus.model.Family;
import perseus.model.Model;
import perseus.model.layer.Batch;
import perseus.tensor.autograd.Precision;
import perseus.tensor.parameter.StageParameter;
import perseus.tensor.parameter.StageSpec;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

class PlainTransformerTest {
  private static final int BLOCKS = 2;
  private static final int HEADS = 2;

  /**
   * All parameters get random values, including those whose initial values are all one or all zero,
   * so that each parameter affects the loss.
   */
  @ParameterizedTest
  @EnumSource(
      value = Family.class,
      names = {"GPT3", "BLOOM", "BERT", "T5"})
  void lossEqualsTheLossOfPlainLoops(Family family) {
    Model model = SmallModels.of(family);
    Batch batch = new Batch(1, SmallModels.TOKENS, 1);
    StageSpec spec =
        new StageSpec(model, 0, model.layers().size(), batch, 1, false, 3, 0.4, Precision.FP32);
    Random random = new Random(4);
    try (NDManager manager = DjlRuntime.newManager(Device.cpu());
        StageModel stage = StageModels.create(spec, TensorGroup.ALONE)) {
      Map<String, double[][]> parameters = new HashMap<>();
      for (StageParameter parameter : stage.parameters()) {
        float[] noise = new float[(int) parameter.value().size()];
        for (int i = 0; i < noise.length; i++) {
          noise[i] = 0.3f * (float) random.nextGaussian();
        }
        parameter.value().addi(manager.create(noise, parameter.value().getShape()));
        parameters.put(parameter.name(), matrix(parameter.value()));
      }
      int[][] sequences = new int[family == Family.T5 ? 3 : 2][SmallModels.TOKENS];
      for (int[] sequence : sequences) {
        for (int i = 0; i < sequence.length; i++) {
          sequence[i] = random.nextInt(SmallModels.VOCABULARY);
        }
      }
      sequences[sequences.length - 1][2] = -1;
      NDList data = new NDList();
      for (int[] sequence : sequences) {
        long[] tokens = new long[sequence.length];
        for (int i = 0; i < tokens.length; i++) {
          tokens[i] = sequence[i];
        }
        data.add(manager.create(tokens, new Shape(1, tokens.length)));
      }
      stage.forward(0, data, new NDList());
      double expected = new PlainTransformer(family, HEADS, parameters).loss(sequences, BLOCKS);
      assertThat(stage.takeLoss()).isCloseTo(expected, within(2e-5 * expected));
    }
  }

  private static double[][] matrix(NDArray tensor) {
    float[] values = tensor.toFloatArray();
    int rows = tensor.getShape().dimension() == 1 ? 1 : (int) tensor.getShape().get(0);
    double[][] matrix = new double[rows][values.length / rows];
    for (int i = 0; i < values.length; i++) {
      matrix[i / matrix[0].length][i % matrix[0].length] = values[i];
    }
    return matrix;
  }
}
