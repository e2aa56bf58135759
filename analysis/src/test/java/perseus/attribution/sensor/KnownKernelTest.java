package perseus.attribution.sensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class KnownKernelTest {
  private static final KnownKernel KNOWN = new KnownKernel(new Kernel(0.004, 1, 0.014, 0), 0.001);

  @Test
  void differencesAreCountedInStandardDeviations() {
    assertThat(KNOWN.penalty(KNOWN.kernel())).isZero();
    assertThat(KNOWN.penalty(new Kernel(0.006, 1, 0.014, 0))).isCloseTo(4, within(1e-9));
    double longer = 0.014 * Math.exp(0.2);
    assertThat(KNOWN.penalty(new Kernel(0.003, 1, longer, 0))).isCloseTo(5, within(1e-9));
  }

  @Test
  void penaltyIsLimitedSoThatAnotherClockOrSensorCanBeFound() {
    assertThat(KNOWN.penalty(new Kernel(0.15, 1, 0.014, 0)))
        .isEqualTo(KNOWN.penalty(new Kernel(0.05, 1, 0.1, 0)));
  }

  @Test
  void kernelWithoutALowPassIsLessLikelyThanEveryLowPass() {
    double sameDelay = 0.018;
    assertThat(KNOWN.penalty(Kernel.PLAIN.withLag(sameDelay)))
        .isEqualTo(KNOWN.penalty(new Kernel(0.15, 1, 0.1, 0)));
    assertThat(KNOWN.penalty(Kernel.PLAIN.withLag(0.02)))
        .isGreaterThan(KNOWN.penalty(Kernel.PLAIN.withLag(sameDelay)));
  }
}
