package perseus.numeric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetaRegressionTest {
  private static final int VALUES = 20;

  @Test
  void exactPolynomialIsContinued() {
    double[] x = {1, 2, 3, 5, 8, 9};
    double[] values = Arrays.stream(x).map(t -> 7 - 2 * t + t * t / 4).toArray();
    double[] variances = new double[x.length];
    Arrays.fill(variances, 1e-6);
    MetaRegression.Prediction found = MetaRegression.atZero(x, values, variances, 2);
    assertThat(found.value()).isCloseTo(7, within(1e-4));
    assertThat(found.variance()).isLessThan(1e-4);
  }

  @Test
  void equalArgumentsGiveTheMean() {
    double[] variances = new double[8];
    Arrays.fill(variances, 1);
    double[] values = {1, 2, 3, 4, 5, 6, 7, 8};
    MetaRegression.Prediction found = MetaRegression.atZero(new double[8], values, variances, 1);
    assertThat(found.value()).isCloseTo(4.5, within(1e-6));
    // The variance of the values is 6, of which the errors explain 1.
    assertThat(found.variance()).isBetween(5.0, 9.0);
  }

  /**
   * The predicted variance must equal the mean square of the errors of the predictions, whether or
   * not the true values deviate at random.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 3})
  void statedVarianceIsThatOfTheErrors(double deviation) {
    Random random = new Random(1);
    int trials = 2000;
    double squares = 0;
    double stated = 0;
    for (int trial = 0; trial < trials; trial++) {
      double[] x = new double[VALUES];
      double[] values = new double[VALUES];
      double[] variances = new double[VALUES];
      for (int i = 0; i < VALUES; i++) {
        x[i] = (i - 5) / 10.0;
        variances[i] = 0.5 + random.nextDouble();
        values[i] =
            3
                + x[i]
                + deviation * random.nextGaussian()
                + Math.sqrt(variances[i]) * random.nextGaussian();
      }
      MetaRegression.Prediction found = MetaRegression.atZero(x, values, variances, 1);
      double error = 3 + deviation * random.nextGaussian() - found.value();
      squares += error * error / trials;
      stated += found.variance() / trials;
    }
    assertThat(stated).isBetween(squares, 1.5 * squares + 0.5);
  }
}
