package perseus.attribution.fit;

import perseus.attribution.sensor.Sensor;

/**
 * Tests by cross-validation how well fitted powers predict counter updates that were not used for
 * the fit.
 *
 * <p>The updates of one rank at one frequency are divided into k folds of equal size, in order of
 * time. Each fold is predicted with powers that are fitted to the other folds. A fold consists of
 * consecutive updates, because the errors of neighbouring updates are correlated: both errors
 * depend on the time of the reading between them.
 *
 * <p>Let A be the normal equations of all rows, and let A_f be the normal equations of fold f. The
 * powers that predict fold f are the solution of A - A_f. So one pass over the rows and k solutions
 * are enough.
 */
public final class CrossValidation {
  private CrossValidation() {}

  /**
   * Computes the normal equations of each fold from whitened rows.
   *
   * @param updates counter updates of one rank at one frequency
   * @param columns columns of the least-squares problem
   * @param sensor sensor whose lag and share define the rows
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

  /** Returns the normal equations of all folds together. */
  public static NormalEquations total(NormalEquations[] folds) {
    NormalEquations all = new NormalEquations(folds[0].columns());
    for (NormalEquations fold : folds) {
      all.add(fold, 1);
    }
    return all;
  }

  /**
   * Predicts each fold from the other folds and returns the sum of squared errors, in J^2.
   *
   * @param folds normal equations of each fold
   * @param all normal equations of all folds together, from {@link #total}
   * @param columns columns of the least-squares problem
   */
  public static double heldOutSquares(
      NormalEquations[] folds, NormalEquations all, PowerColumns columns) {
    return heldOutSquares(folds, all, columns, folds);
  }

  /**
   * Predicts each fold from the other folds and returns the sum of squared errors, in J^2. The
   * predicted rows may differ from the rows to which the powers are fitted.
   *
   * @param folds normal equations of each fold, to which powers are fitted
   * @param all normal equations of all folds together, from {@link #total}
   * @param columns columns of the least-squares problem
   * @param predicted normal equations of the rows that are predicted, for each fold
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
