package perseus.recording.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/**
 * Tests that the duration of transfers is estimated from the first forwards and backwards of two
 * neighbouring stages.
 */
class HandoffsTest {
  private static final double NONE = Double.NaN;

  /** Times of a stage whose first forward ends at 1 s and whose first backward starts at 3.2 s. */
  private static final Handoffs STAGE = once(NONE, 0, 1, 3.2, 4);

  @Test
  void transferIsTheSmallerGapBetweenTwoStages() {
    assertThat(STAGE.transferSecondsTo(once(NONE, 1.1, 2, 2, 3.1), true))
        .isCloseTo(0.1, within(1e-12));
  }

  @Test
  void loadAfterTheActivationArrivedIsNotPartOfTheTransfer() {
    assertThat(STAGE.transferSecondsTo(once(1.05, 1.8, 2.2, 2.2, 3), true))
        .isCloseTo(0.05, within(1e-12));
  }

  @Test
  void loadThatEndedBeforeTheTransferIsIgnored() {
    assertThat(STAGE.transferSecondsTo(once(0.2, 1.1, 2, 2, 3), true))
        .isCloseTo(0.1, within(1e-12));
  }

  @Test
  void differenceBetweenTheClocksOfTwoHostsCancelsOut() {
    double ahead = 0.5;
    Handoffs next = once(NONE, 1.1 + ahead, 2 + ahead, 2 + ahead, 3.1 + ahead);
    assertThat(STAGE.transferSecondsTo(next, false)).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void transferIsNanWithoutACommonIteration() {
    assertThat(STAGE.transferSecondsTo(Handoffs.NONE, true)).isNaN();
  }

  private static Handoffs once(
      double load,
      double forwardStart,
      double forwardEnd,
      double backwardStart,
      double backwardEnd) {
    return new Handoffs(
        new double[] {load},
        new double[] {forwardStart},
        new double[] {forwardEnd},
        new double[] {backwardStart},
        new double[] {backwardEnd});
  }
}
