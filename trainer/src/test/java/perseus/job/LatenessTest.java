package perseus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LatenessTest {
  @Test
  void shortDelaysAreTolerated() {
    Lateness lateness = Lateness.NONE.with(0.010, 0.0004).with(0.100, 0.0019).with(0.1, -0.05);
    assertThat(lateness.instructions()).isEqualTo(3);
    assertThat(lateness.late()).isZero();
    assertThat(lateness.lateSeconds()).isZero();
    assertThat(lateness.spoilsMeasurements()).isFalse();
  }

  @Test
  void longDelaysMakeMeasurementsWrong() {
    Lateness lateness = Lateness.NONE.with(0.1, 0.02);
    assertThat(lateness.late()).isOne();
    assertThat(lateness.share()).isCloseTo(0.2, within(1e-12));
    assertThat(lateness.spoilsMeasurements()).isTrue();
    for (int i = 0; i < 50; i++) {
      lateness = lateness.with(0.1, -0.01);
    }
    assertThat(lateness.spoilsMeasurements()).as("one late instruction of 51").isFalse();
    assertThat(lateness.plus(new Lateness(1, 1, 0.1, 0.1)).spoilsMeasurements()).isTrue();
  }
}
