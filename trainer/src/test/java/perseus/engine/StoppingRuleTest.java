package perseus.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.control.Round;

class StoppingRuleTest {
  private static final int FIXED = 7;

  private static int iterations(Round round, double seconds, double precision) {
    StoppingRule rule = new StoppingRule(round, FIXED);
    int iterations = 1;
    while (!rule.isEnoughWith(new Cluster.Iteration(seconds, Double.NaN, precision))) {
      iterations++;
    }
    return iterations;
  }

  private static Round round(boolean warmup) {
    return new Round(0, warmup, 1410, null, List.of());
  }

  private static Round precise(boolean warmup) {
    return round(warmup).untilPrecise(0.01);
  }

  @Test
  void roundWithAFixedNumberHasExactlyThisNumberOfIterations() {
    assertThat(iterations(round(false), 0.001, 0)).isEqualTo(FIXED);
    assertThat(iterations(round(true), 100, Double.POSITIVE_INFINITY)).isEqualTo(FIXED);
  }

  @Test
  void roundWithAPrecisionHasAtLeastTwoIterationsAndOneSecond() {
    assertThat(iterations(precise(false), 5, 0.009)).isEqualTo(2);
    assertThat(iterations(precise(false), 0.25, 0.009)).isEqualTo(4);
  }

  @Test
  void roundThatNeverReachesItsPrecisionEnds() {
    assertThat(iterations(precise(false), 1, 0.02)).isEqualTo(30);
    assertThat(iterations(precise(false), 0.0625, Double.POSITIVE_INFINITY)).isEqualTo(48);
  }

  @Test
  void warmUpEndsWithoutReachingThePrecision() {
    assertThat(iterations(precise(true), 5, Double.POSITIVE_INFINITY)).isEqualTo(2);
    assertThat(iterations(precise(true), 0.5, 0.001)).isEqualTo(6);
  }
}
