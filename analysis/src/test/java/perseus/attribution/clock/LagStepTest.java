package perseus.attribution.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Finds jumps of the lag if -2 log likelihood of each block is a parabola around its best lag. */
class LagStepTest {
  /**
   * Finds the jump of the lag in blocks with the given best lags, whose standard errors are 1 ms.
   */
  private static LagStep find(double... milliseconds) {
    double[] changes = new double[milliseconds.length];
    for (int k = 0; k < changes.length; k++) {
      changes[k] = milliseconds[k] / 1e3;
    }
    return LagStep.find(
        changes,
        4e-3,
        (block, change) -> 1e6 * (change - changes[block]) * (change - changes[block]));
  }

  @Test
  void aClockThatIsSetIsAStepFromItsBlockOn() {
    LagStep step = find(1, -1, 0, 31, 30, 29);
    assertThat(step.block()).isEqualTo(3);
    assertThat(step.seconds()).isCloseTo(0.03, within(1e-9));
    // The lags of three blocks are 29 to 31 standard errors above the lags of the other blocks.
    assertThat(step.gain()).isGreaterThan(2500);
    assertThat(find(0, 0, 0, 0, 0, -30).block()).isEqualTo(5);
    assertThat(find(0, 20).block()).isEqualTo(1);
  }

  @Test
  void anotherLagOfAllBlocksIsNoStep() {
    assertThat(find(-9, -8, -10, -9, -8, -9).gain()).isZero();
    assertThat(find(9).gain()).isZero();
  }

  @Test
  void oneBlockWithAnotherLagIsNoStep() {
    assertThat(find(-9, -9, -10, 7, -9, -9, -8).gain()).isZero();
  }

  @Test
  void smallStepsAreIgnored() {
    assertThat(find(0, 0, 0, 3, 3, 3).gain()).isZero();
  }
}
