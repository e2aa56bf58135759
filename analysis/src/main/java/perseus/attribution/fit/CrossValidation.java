package perseus.attribution.fit;

import perseus.attribution.sensor.Sensor;

/**
 * Tests by cross-validation how well fitted powers predict counter updates that were not used for
 * the fit.
 *
 * <p>The updates of one rank at one frequency are divided into k groups (folds) of equal size, in
 * order of time. The energies of each fold are predicted with powers that are fitted to all other
 * folds. A fold consists of consecutive updates, because the errors of neighbouring updates are
 * correlated: both errors depend on the time of the reading between them.
 *
 * <p>Normal equations are sums over rows. Let A be the normal equations of all rows, and let A_f be
 * those of the rows of fold f. Then A - A_f are the normal equations of all other folds. Their
 * solution is the powers that predict fold f. So it is enough to compute the rows once and to solve
 * k systems of equations.
 */
public final class CrossValidation {
  private CrossValidation() {}

  /**
   * Computes the normal equations of each fold from the whitened rows of its updates.
   *
   * @param updates counter updates of one rank at one frequency
   * @param columns columns of the least-squares problem
   * @param sensor parameters of the energy counter with which the rows are computed
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
   * Predicts the energies of each fold with powers that are fitted to the other folds. Returns the
   * sum of squared prediction errors, in J^2.
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
   * Predicts the energies of each fold with powers that are fitted to the other folds. Returns the
   * sum of squared prediction errors, in J^2. The predicted rows may differ from the rows to which
   * the powers are fitted: for example, only the latter may be whitened.
   *
   * @param folds normal equations to which the powers are fitted, for each fold
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
