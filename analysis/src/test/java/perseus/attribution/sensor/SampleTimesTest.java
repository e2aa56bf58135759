package perseus.attribution.sensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SampleTimesTest {
  @Test
  void lateStampIsMovedBackFromTheNextStamp() {
    double[] stamps = {1.000, 1.020, 1.050, 1.060, 1.080};
    assertThat(SampleTimes.of(stamps, 0.02))
        .containsExactly(new double[] {1.000, 1.020, 1.041, 1.060, 1.080}, within(1e-9));
  }

  @Test
  void regularStampsAndLostSamplesAreNotChanged() {
    double[] stamps = {1.000, 1.020, 1.041, 1.061, 1.121, 1.141};
    assertThat(SampleTimes.of(stamps, 0.02)).containsExactly(stamps);
  }
}
