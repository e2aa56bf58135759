package perseus.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.junit.jupiter.api.Test;
import perseus.model.Batch;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.parallel.TensorGroup;

class PipelineEqualityTest {
  static final TrainingData TOKENS =
      (index, manager) -> {
        Random random = new Random(index);
        long[] tokens = random.longs(2 * 17, 0, 50).toArray();
        NDArray all = manager.create(tokens, new Shape(2, 17));
        return new NDList(all.get(":, :-1"), all.get(":, 1:"));
      };

  @Test
  void gpt() {
    Model model = ModelZoo.find("gpt3-nano");
    Batch batch = new Batch(2, 16, 1);
    try (Pipeline one =
            new Pipeline(
                model, Pipeline.evenly(model, 1), batch, 2, false, TOKENS, TensorGroup.ALONE);
        Pipeline two =
            new Pipeline(
                model, Pipeline.evenly(model, 2), batch, 2, true, TOKENS, TensorGroup.ALONE)) {
      for (int i = 0; i < 5; i++) {
        double a = one.step();
        double b = two.step();
        System.out.println(a + " " + b);
        assertThat(b).isCloseTo(a, within(1e-4));
      }
    }
  }
}
