package perseus.attribution;

/**
 * Cross-validation over consecutive updates: each fold in turn is predicted from the others. Folds
 * are consecutive because neighbouring updates share the moment between them.
 */
final class Folds {
  private Folds() {}

  /** Sums of each fold. */
  static NormalEquations[] sums(Updates updates, Columns columns, Sensor sensor, int folds) {
    NormalEquations[] sums = new NormalEquations[folds];
    for (int f = 0; f < folds; f++) {
      sums[f] = new NormalEquations(columns.size());
    }
    long n = Math.max(1, updates.size());
    updates.forEachRow(columns, sensor, (i, x, y) -> sums[(int) (i * (long) folds / n)].add(x, y));
    return sums;
  }

  static NormalEquations total(NormalEquations[] folds) {
    NormalEquations all = new NormalEquations(folds[0].columns());
    for (NormalEquations fold : folds) {
      all.add(fold, 1);
    }
    return all;
  }

  /** Sum of squared errors in J^2 of predicting each fold from the others. */
  static double heldOutSquares(NormalEquations[] folds, NormalEquations all, Columns columns) {
    PowerSolver solver = new PowerSolver(columns);
    double squares = 0;
    for (NormalEquations fold : folds) {
      NormalEquations rest = new NormalEquations(columns.size());
      rest.add(all, 1);
      rest.add(fold, -1);
      squares += fold.squaredResiduals(solver.solve(rest).watts());
    }
    return squares;
  }
}
