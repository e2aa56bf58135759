package perseus.attribution.fit;

import perseus.attribution.sensor.Sensor;

/**
 * Cross-validation over consecutive updates: predicts each fold from the other folds.
 *
 * <p>The updates of a window are divided into k folds of equal size in order of time. Folds are
 * consecutive, because the errors of neighbouring updates are correlated: both depend on the time
 * of the reading between them. Let A be the sums of all rows and A_f the sums of fold f; the powers
 * that predict fold f are solved from A - A_f, so that one pass over the rows and k solves suffice.
 */
public final class CrossValidation {
  private CrossValidation() {}

  /**
   * Computes the normal equations of each fold, from whitened rows.
   *
   * @param folds number of folds
   * @see CounterUpdates#forEachWhitenedRow
   */
  public static NormalEquations[] foldSums(
      CounterUpdates updates, PowerColumns columns, Sensor sensor, int folds) {
    NormalEquations[] sums = new NormalEquations[folds];
    for (int f = 0; f < folds; f++) {
      sums[f] = new NormalEquations(columns.size());
    }
    long n = Math.max(1, updates.size());
    updates.forEachWhitenedRow(
        columns, sensor, (i, x, y) -> sums[(int) (i * (long) folds / n)].add(x, y));
    return sums;
  }

  /** Returns the sum of the normal equations of all folds. */
  public static NormalEquations total(NormalEquations[] folds) {
    NormalEquations all = new NormalEquations(folds[0].columns());
    for (NormalEquations fold : folds) {
      all.add(fold, 1);
    }
    return all;
  }

  /**
   * Returns the sum of squared errors of predicting each fold from the others, in J^2.
   *
   * @param all the {@link #total} of {@code folds}
   */
  public static double heldOutSquares(
      NormalEquations[] folds, NormalEquations all, PowerColumns columns) {
    return heldOutSquares(folds, all, columns, folds);
  }

  /**
   * Returns the sum of squared errors of predicting each fold from the others, in J^2, where the
   * predicted rows differ from the rows that powers are solved from.
   *
   * @param all the {@link #total} of {@code folds}
   * @param predicted sums of the rows to predict, for each fold
   */
  public static double heldOutSquares(
      NormalEquations[] folds,
      NormalEquations all,
      PowerColumns columns,
      NormalEquations[] predicted) {
    PowerSolver solver = new PowerSolver(columns);
    double squares = 0;
    for (int f = 0; f < folds.length; f++) {
      NormalEquations rest = new NormalEquations(columns.size());
      rest.add(all, 1);
      rest.add(folds[f], -1);
      squares += predicted[f].squaredResiduals(solver.solve(rest).watts());
    }
    return squares;
  }
}
