package perseus.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perseus.model.Family;
import perseus.tensor.parameter.StageParameter;

class GradientTest {
  /**
   * Step size of the central differences. With this step size, rounding errors are less than 1 % of
   * the change of the loss.
   */
  private static final float STEP = 0.002f;

  /**
   * For each parameter, compares the derivative of the loss along one direction with the scalar
   * product of the gradient and this direction. The derivative is computed by central differences
   * with two step sizes, and is extrapolated to a step size of zero.
   */
  @ParameterizedTest
  @EnumSource(Family.class)
  void gradientsAreTheDerivativesOfTheLoss(Family family) {
    try (Pipeline pipeline =
        PipelineEqualityTest.pipeline(family, SmallModels.of(family), 1, 1, true)) {
      // The functions ReLU and max-pooling of Wide-ResNet have points without a derivative, which a
      // step may cross.
      double tolerance = family == Family.WIDE_RESNET ? 0.15 : 0.03;
      pipeline.restart();
      pipeline.gradients();
      for (StageParameter parameter : pipeline.parameters().values()) {
        try (NDArray value = parameter.value().stopGradient();
            NDArray gradient = parameter.gradient().duplicate();
            NDArray direction = direction(gradient)) {
          double expected = direction.mul(gradient).sum().getFloat();
          double coarse = slope(pipeline, value, direction, STEP);
          double fine = slope(pipeline, value, direction, STEP / 2);
          assertThat((4 * fine - coarse) / 3)
              .as(parameter.name())
              .isCloseTo(expected, within(tolerance * Math.abs(expected) + 3e-4));
        }
        pipeline.restart();
        pipeline.gradients();
      }
    }
  }

  /**
   * Returns a unit vector: the normalized sum of the gradient and a random vector with the same
   * norm.
   */
  private static NDArray direction(NDArray gradient) {
    Random random = new Random(1);
    float[] signs = new float[(int) gradient.size()];
    for (int i = 0; i < signs.length; i++) {
      signs[i] = random.nextBoolean() ? 1 : -1;
    }
    NDArray sum =
        gradient
            .getManager()
            .create(signs, gradient.getShape())
            .mul(gradient.norm().div(Math.sqrt(signs.length)))
            .add(gradient);
    return sum.div(sum.norm().maximum(1e-12f));
  }

  private static double slope(Pipeline pipeline, NDArray value, NDArray direction, float step) {
    try (NDArray original = value.duplicate();
        NDArray offset = direction.mul(step)) {
      value.addi(offset);
      double above = loss(pipeline);
      value.muli(0).addi(original).subi(offset);
      double below = loss(pipeline);
      value.muli(0).addi(original);
      return (above - below) / (2 * step);
    }
  }

  private static double loss(Pipeline pipeline) {
    pipeline.restart();
    return pipeline.gradients();
  }
}
