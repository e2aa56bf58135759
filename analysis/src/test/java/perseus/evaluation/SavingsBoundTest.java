package perseus.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import perseus.planner.problem.LowerBound;
import perseus.savings.Iteration;

/**
 * Compares bounds with values that were computed by hand. All-max (every operation at the highest
 * frequency) takes 10 s and 1000 J, and waiting GPUs draw 20 W. The lower bound falls from 800 J at
 * 10 s to 700 J at 12 s, and rises to 720 J at 14 s.
 */
class SavingsBoundTest {
  private static final SavingsBound BOUND =
      new SavingsBound(
          new LowerBound(new double[] {14, 12, 10}, new double[] {720, 700, 800}, 20, 0, 0),
          new Iteration(10, 1000),
          20,
          3);

  @Test
  void leastEnergyUpToATimeCountsWithoutAStraggler() {
    assertThat(BOUND.savedWithin(1)).isCloseTo(0.2, within(1e-12));
    assertThat(BOUND.savedWithin(1.1)).isCloseTo(0.25, within(1e-12));
    assertThat(BOUND.savedWithin(1.4)).isCloseTo(0.3, within(1e-12));
  }

  @Test
  void waitingForAStragglerCountsTheEnergyUntilItsEnd() {
    // Until 13 s, all-max (every operation at the highest frequency) uses 1060 J, and every plan
    // uses at least 710 J. Until 15 s, all-max uses 1100 J, and every plan uses at least 740 J.
    assertThat(BOUND.savedWaiting(1.3)).isCloseTo(1 - 710.0 / 1060, within(1e-12));
    assertThat(BOUND.savedWaiting(1.5)).isCloseTo(1 - 740.0 / 1100, within(1e-12));
  }

  @Test
  void stragglerOfAFleetUsesItsDegreeTimesTheLeastEnergy() {
    assertThat(BOUND.fleetSaved(1.3))
        .isCloseTo(1 - (2 * 710 + 1.3 * 800) / (2 * 1060 + 1.3 * 1000), within(1e-12));
  }
}
