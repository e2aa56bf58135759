package perseus.attribution.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LagDriftTest {
  private static final double[] TIMES =
      IntStream.range(0, 8).mapToDouble(k -> 10 * k - 35).toArray();
  private static final double[] NOISE = {1e-4, -2e-4, 2e-4, -1e-4, 0, 2e-4, -1e-4, -1e-4};
  private static final double[] WEIGHTS = {1, 1, 1, 1, 1, 1, 1, 1};

  private static double[] lags(double slope) {
    double[] lags = new double[TIMES.length];
    Arrays.setAll(lags, k -> 3e-3 + slope * TIMES[k] + NOISE[k]);
    return lags;
  }

  @Test
  void lagThatChangesSteadilyIsADrift() {
    LagDrift drift = LagDrift.find(TIMES, lags(5e-5), WEIGHTS);
    assertThat(drift.isCertain()).isTrue();
    assertThat(drift.slope()).isCloseTo(5e-5, within(3e-6));
    assertThat(drift.offset()).isCloseTo(3e-3, within(1e-4));
  }

  @Test
  void oneWrongBlockOfEightIsLeftOut() {
    double[] lags = lags(5e-5);
    lags[5] -= 0.012;
    LagDrift drift = LagDrift.find(TIMES, lags, WEIGHTS);
    assertThat(drift.isCertain()).isTrue();
    assertThat(drift.slope()).isCloseTo(5e-5, within(3e-6));
  }

  @Test
  void noiseIsNoDrift() {
    assertThat(LagDrift.find(TIMES, lags(0), WEIGHTS)).isEqualTo(LagDrift.NONE);
  }

  @Test
  void threeBlocksAreTooFew() {
    double[] some = {1, 1, 1, 0, 0, 0, 0, 0};
    assertThat(LagDrift.find(TIMES, lags(5e-5), some)).isEqualTo(LagDrift.NONE);
  }
}
