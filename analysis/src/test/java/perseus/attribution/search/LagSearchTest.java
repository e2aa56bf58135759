package perseus.attribution.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches the minimum of a known function that has a local minimum every 30 ms. */
class LagSearchTest {
  private static final double STDERR_SECONDS = 2e-3;

  private static DoubleUnaryOperator misfit(double best) {
    return lag -> {
      double distance = lag - best;
      double wave = Math.sin(Math.PI * distance / 0.03);
      return 500 + 5e4 * distance * distance + 100 * wave * wave;
    };
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.012, 0, 0.0057, 0.05, 0.1234, 0.17})
  void globalMinimumIsFoundAmongLocalMinima(double best) {
    DoubleUnaryOperator misfit = misfit(best);
    double scanned = LagSearch.scan(misfit);
    assertThat(scanned).isCloseTo(best, within(LagSearch.STEP_SECONDS));
    assertThat(LagSearch.refine(scanned, LagSearch.STEP_SECONDS, misfit))
        .isCloseTo(best, within(1e-4));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.03})
  void standardErrorIsThatOfTheLogLikelihood(double best) {
    DoubleUnaryOperator misfit = lag -> 40 + Math.pow((lag - best) / STDERR_SECONDS, 2);
    assertThat(LagSearch.stderr(best, misfit)).isCloseTo(STDERR_SECONDS, within(1e-6));
    assertThat(LagSearch.stderr(best, lag -> -misfit.applyAsDouble(lag))).isInfinite();
  }
}
