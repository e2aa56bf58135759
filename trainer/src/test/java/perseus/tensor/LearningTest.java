package perseus.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.model.layer.Batch;
import perseus.tensor.autograd.Precision;
import perseus.tensor.data.Datasets;
import perseus.tensor.data.TrainingData;
import perseus.transport.TensorGroup;

class LearningTest {
  /**
   * Returns the path of a text that was written for this project. Users can also train on this
   * text.
   */
  static Path text() {
    try {
      return Path.of(LearningTest.class.getResource("keepers-log.txt").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * An untrained model has the loss ln 512 = 6.24. A model that knows only the frequency of each
   * letter has the loss 2.9.
   */
  @ParameterizedTest
  @CsvSource({"gpt3-nano, 50, 3.0", "bert-nano, 30, 4.2", "t5-nano, 30, 4.8"})
  void lossFallsOnText(String name, int steps, double reached) {
    assertLossFalls(name, steps, reached, Precision.FP32);
  }

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({"gpt3-nano, 50, 3.0", "bert-nano, 30, 4.2", "t5-nano, 30, 4.8"})
  void lossFallsOnTextInBfloat16(String name, int steps, double reached) {
    assertLossFalls(name, steps, reached, Precision.BF16);
  }

  private static void assertLossFalls(String name, int steps, double reached, Precision precision) {
    Model model = ModelZoo.find(name);
    Batch batch = new Batch(4, 64, 1);
    TrainingData data = Datasets.open(model, batch, text(), null, 1);
    try (Pipeline pipeline =
        new Pipeline(
            model,
            Pipeline.evenly(model, 1),
            batch,
            1,
            false,
            data,
            TensorGroup.ALONE,
            AdamW.Settings.of(1e-3, 10),
            0.02,
            precision)) {
      double first = pipeline.step();
      double recent = first;
      for (int step = 1; step < steps; step++) {
        recent += 0.3 * (pipeline.step() - recent);
      }
      assertThat(first).isGreaterThan(5.5);
      assertThat(recent).isLessThan(reached);
    }
  }
}
