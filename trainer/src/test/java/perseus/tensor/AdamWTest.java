package perseus.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.tensor.parameter.StageParameter;
import perseus.tensor.runtime.DjlRuntime;

class AdamWTest {
  private record Plain(String name, NDArray value, NDArray gradient) implements StageParameter {
    @Override
    public boolean split() {
      return false;
    }

    @Override
    public void valuesChanged() {
      // This parameter has no copy of its values, so there is no copy to update.
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void twoStepsGiveTheResultsOfAManualCalculation(boolean fused) {
    try (NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      Plain matrix = parameter(manager, new Shape(1, 1));
      Plain vector = parameter(manager, new Shape(1));
      AdamW.Settings settings = new AdamW.Settings(0.1, 0, 0.9, 0.999, 1e-8, 0.01);
      try (AdamW optimizer = new AdamW(List.of(matrix, vector), settings, fused)) {
        matrix.gradient.addi(0.5f);
        vector.gradient.addi(0.5f);
        optimizer.step();
        // The first step subtracts the learning rate 0.1 for every positive gradient. Weight decay
        // also subtracts 0.1 % from a matrix.
        assertThat(matrix.value.toFloatArray()[0]).isCloseTo(0.899f, within(1e-6f));
        assertThat(vector.value.toFloatArray()[0]).isCloseTo(0.9f, within(1e-6f));

        matrix.gradient.addi(-0.25f);
        vector.gradient.addi(-0.25f);
        optimizer.step();
        // The first moment is 0.9 * 0.05 - 0.1 * 0.25 = 0.02; divided by 1 - 0.9^2 = 0.19, it is
        // 0.105263. The second moment is 0.999 * 0.00025 + 0.001 * 0.0625 = 0.00031225; divided by
        // 1 - 0.999^2 = 0.001999, it is 0.156203. The step is 0.1 * 0.105263 / sqrt(0.156203) =
        // 0.0266337.
        assertThat(matrix.value.toFloatArray()[0]).isCloseTo(0.8714673f, within(1e-6f));
        assertThat(vector.value.toFloatArray()[0]).isCloseTo(0.8733663f, within(1e-6f));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsThatAreNanAreCleared(boolean fused) {
    try (NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      Plain vector = parameter(manager, new Shape(3));
      try (AdamW optimizer = new AdamW(List.of(vector), AdamW.Settings.of(0.1, 0), fused)) {
        vector.gradient.addi(Float.NaN);
        optimizer.step();
        assertThat(vector.gradient.toFloatArray()).containsOnly(0f);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void optimizerWithCopiedMomentsContinuesAfterTheSameStep(boolean fused) {
    try (NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      Plain whole = parameter(manager, new Shape(2, 2));
      Plain later = parameter(manager, new Shape(2, 2));
      AdamW.Settings settings = AdamW.Settings.of(0.1, 4);
      try (AdamW first = new AdamW(List.of(whole), settings, fused);
          AdamW second = new AdamW(List.of(later), settings, fused)) {
        for (int step = 0; step < 3; step++) {
          if (step == 2) {
            later.value.muli(0).addi(whole.value);
            second.moments().get(0).first().addi(first.moments().get(0).first());
            second.moments().get(0).second().addi(first.moments().get(0).second());
            second.resumeAfter(first.steps());
            later.gradient.addi(0.25f);
            second.step();
          }
          whole.gradient.addi(step == 2 ? 0.25f : 0.5f);
          first.step();
        }
        assertThat(later.value.toFloatArray()).isEqualTo(whole.value.toFloatArray());
        assertThat(second.steps()).isEqualTo(3);
      }
    }
  }

  @Test
  void allElementsOfALargeParameterChange() {
    try (NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      Plain large = parameter(manager, new Shape(600_001));
      try (AdamW optimizer = new AdamW(List.of(large), AdamW.Settings.of(0.1, 0))) {
        large.gradient.addi(2f);
        optimizer.step();
        assertThat(large.value.max().getFloat()).isCloseTo(0.9f, within(1e-6f));
        assertThat(large.value.min().getFloat()).isCloseTo(0.9f, within(1e-6f));
      }
    }
  }

  @Test
  void rateRisesLinearlyUntilTheWarmUpEnds() {
    AdamW.Settings settings = AdamW.Settings.of(0.4, 4);
    assertThat(settings.rateAt(1)).isCloseTo(0.1, within(1e-12));
    assertThat(settings.rateAt(3)).isCloseTo(0.3, within(1e-12));
    assertThat(settings.rateAt(4)).isCloseTo(0.4, within(1e-12));
    assertThat(settings.rateAt(1000)).isCloseTo(0.4, within(1e-12));
    assertThat(AdamW.Settings.of(0.4, 0).rateAt(1)).isCloseTo(0.4, within(1e-12));
  }

  private static Plain parameter(NDManager manager, Shape shape) {
    return new Plain("parameter", manager.ones(shape), manager.zeros(shape));
  }
}
