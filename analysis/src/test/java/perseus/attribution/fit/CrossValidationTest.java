package perseus.attribution.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import perseus.attribution.sensor.Sensor;

/**
 * Compares the predictions of each fold with powers that are fitted directly to the rows of the
 * other folds.
 */
class CrossValidationTest {
  private static final int FOLDS = 5;
  private static final Sensor SENSOR = new Sensor(0.01, 1, false);

  private final CounterUpdates updates = new RandomWindow(16, 150).updates();
  private final PowerColumns columns = RandomWindow.columns(2);
  private final NormalEquations[] folds = CrossValidation.foldSums(updates, columns, SENSOR, FOLDS);

  @Test
  void foldsAreConsecutiveAndOfEqualSize() {
    int before = 0;
    for (int f = 0; f < FOLDS; f++) {
      assertThat(folds[f].rows()).isBetween(updates.size() / FOLDS, updates.size() / FOLDS + 1);
      before += folds[f].rows();
      assertThat(before).isEqualTo((int) Math.ceil((f + 1.0) * updates.size() / FOLDS));
    }
    assertThat(CrossValidation.total(folds).rows()).isEqualTo(updates.size());
  }

  @Test
  void everyFoldIsPredictedFromTheOtherFolds() {
    double expected = 0;
    for (int held = 0; held < FOLDS; held++) {
      int fold = held;
      NormalEquations others = new NormalEquations(columns.size());
      NormalEquations heldOut = new NormalEquations(columns.size());
      updates.forEachWhitenedRow(
          columns,
          SENSOR,
          (i, x, y) -> (i * FOLDS / updates.size() == fold ? heldOut : others).add(x, y));
      expected += heldOut.squaredResiduals(new PowerSolver(columns).solve(others).watts());
    }
    NormalEquations all = CrossValidation.total(folds);
    assertThat(CrossValidation.heldOutSquares(folds, all, columns))
        .isCloseTo(expected, within(1e-6 * expected))
        .isGreaterThan(all.squaredResiduals(new PowerSolver(columns).solve(all).watts()));
  }
}
