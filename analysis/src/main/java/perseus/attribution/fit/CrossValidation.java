package perseus.attribution.fit;

import perseus.attribution.sensor.Sensor;

/**
 * Cross-validation over consecutive updates: each fold in turn is predicted from the others. Folds
 * are consecutive because neighbouring updates share the moment between them.
 */
public final class CrossValidation {
  private CrossValidation() {}

  /**
   * Sums of each fold.
   *
   * @param sensor whose rows are meant; with its errors taken back unless that is 0
   */
  public static NormalEquations[] sums(
      CounterUpdates updates, PowerColumns columns, Sensor sensor, int folds) {
    NormalEquations[] sums = new NormalEquations[folds];
    for (int f = 0; f < folds; f++) {
      sums[f] = new NormalEquations(columns.size());
    }
    long n = Math.max(1, updates.size());
    updates.forEachRow(columns, sensor, (i, x, y) -> sums[(int) (i * (long) folds / n)].add(x, y));
    return sums;
  }

  public static NormalEquations total(NormalEquations[] folds) {
    NormalEquations all = new NormalEquations(folds[0].columns());
    for (NormalEquations fold : folds) {
      all.add(fold, 1);
    }
    return all;
  }

  /** Sum of squared errors in J^2 of predicting each fold from the others. */
  public static double heldOutSquares(
      NormalEquations[] folds, NormalEquations all, PowerColumns columns) {
    return heldOutSquares(folds, all, columns, folds);
  }

  /**
   * The same, where the rows to predict are others than those to learn from.
   *
   * @param predicted sums of each fold's rows to predict
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
