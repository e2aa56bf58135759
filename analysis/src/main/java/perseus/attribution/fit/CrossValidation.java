package perseus.attribution.fit;

import perseus.attribution.sensor.Sensor;

/**
 * Tests by cross-validation how well fitted powers predict readings that were not used for the fit.
 *
 * <p>The readings of one sensor of one rank at one frequency are divided into k groups (folds) of
 * equal size, in order of time. The energies of each fold are predicted with powers that are fitted
 * to all other folds. The errors of neighbouring readings are correlated: two counter updates share
 * the time of the reading between them. For this reason, each fold consists of consecutive
 * readings.
 *
 * <p>Normal equations are sums over the rows of a least-squares problem. The normal equations of
 * all rows, minus the normal equations of fold f, are the normal equations of all other folds. The
 * powers that predict fold f are the solution of the normal equations of all other folds. So the
 * rows are computed only once, and one system of equations is solved for each fold.
 */
public final class CrossValidation {
  private CrossValidation() {}

  /**
   * Computes the normal equations of each fold (group of readings) from the whitened rows of the
   * fold's readings. Whitened rows have independent errors.
   *
   * @param readings readings of one sensor of one rank at one frequency
   * @param columns columns of the least-squares problem
   * @param sensor parameters of the sensor with which the rows are computed
   * @param folds number of folds into which the readings are divided
   * @see Readings#forEachWhitenedRow
   */
  public static NormalEquations[] foldSums(
      Readings readings, PowerColumns columns, Sensor sensor, int folds) {
    NormalEquations[] sums = new NormalEquations[folds];
    for (int f = 0; f < folds; f++) {
      sums[f] = new NormalEquations(columns.size());
    }
    long n = Math.max(1, readings.size());
    readings.forEachWhitenedRow(
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
   * Predicts the energies of each fold (group of readings) with powers that are fitted to the other
   * folds. Returns the sum of the squared prediction errors of all folds, in J^2.
   *
   * @param folds normal equations of each fold
   * @param all normal equations of all folds together, from {@link #total}
   * @param columns columns of the least-squares problem
   */
  public static double heldOutSquares(
      NormalEquations[] folds, NormalEquations all, PowerColumns columns) {
    return heldOutSquares(folds, all, new PowerSolver(columns), folds);
  }

  /**
   * Predicts the energies of each fold (group of readings) with powers that are fitted to the other
   * folds. Returns the sum of the squared prediction errors of all folds, in J^2. The predicted
   * rows may differ from the rows to which the powers are fitted. For example, powers that are
   * fitted to whitened rows (rows with independent errors) may predict rows that are not whitened.
   *
   * @param folds normal equations of each fold, from which powers are computed
   * @param all normal equations of all folds together, from {@link #total}
   * @param solver computes powers from normal equations
   * @param predicted for each fold, the normal equations of the rows that are predicted
   */
  static double heldOutSquares(
      NormalEquations[] folds,
      NormalEquations all,
      PowerSolver solver,
      NormalEquations[] predicted) {
    double squares = 0;
    for (int f = 0; f < folds.length; f++) {
      NormalEquations rest = new NormalEquations(all.columns());
      rest.add(all, 1);
      rest.add(folds[f], -1);
      squares += predicted[f].squaredResiduals(solver.solve(rest).watts());
    }
    return squares;
  }
}
