package perseus.attribution.fit;

import perseus.attribution.sensor.Sensor;

/**
 * Tests by cross-validation how well fitted powers predict readings that were not used for the fit.
 *
 * <p>The readings of one sensor at one frequency are divided into k folds (groups) of equal size,
 * in order of time. The energies of each fold of readings are predicted with the powers that are
 * fitted to all other folds. Two neighbouring counter updates have correlated errors, because they
 * share the time of one counter reading. Each fold holds consecutive readings, because neighbouring
 * readings have correlated errors.
 *
 * <p>The normal equations of a least-squares problem are sums over its rows. The normal equations
 * without fold f are the total minus the normal equations of fold f. Complexity: each row is
 * computed once, and one system of equations is solved for each fold.
 */
public final class CrossValidation {
  /**
   * States how well fitted powers predict readings of a sensor that were not used for the fit.
   *
   * @param r2 coefficient of determination (R^2); NaN for too few readings
   * @param residualShare root mean square of the prediction errors, as a fraction of the mean
   *     reading; NaN for too few readings
   */
  record HeldOut(double r2, double residualShare) {
    /** Minimum number of predicted readings for each fitted power. */
    private static final int READINGS_PER_POWER = 4;

    /**
     * Predicts the readings of each fold (consecutive readings) with powers that are fitted to the
     * other folds. The powers are fitted to rows with independent errors, but predict the measured
     * rows.
     *
     * @param predicted readings to predict
     * @param folds normal equations of each fold, from rows with independent errors
     * @param sums normal equations of all folds together
     * @param isFitted whether {@code folds} contains the measured rows of {@code predicted}
     */
    static HeldOut of(
        Readings predicted,
        NormalEquations[] folds,
        NormalEquations sums,
        PowerSolver solver,
        PowerColumns columns,
        Sensor sensor,
        boolean isFitted) {
      if (predicted.size() < READINGS_PER_POWER * columns.size()) {
        return new HeldOut(Double.NaN, Double.NaN);
      }
      NormalEquations[] measured =
          isFitted
              ? folds
              : CrossValidation.foldSums(
                  predicted, columns, sensor.withReversedErrorShare(0), folds.length);
      NormalEquations all = isFitted ? sums : CrossValidation.total(measured);
      double squares = CrossValidation.heldOutSquares(folds, sums, solver, measured);
      return new HeldOut(
          1 - squares / all.squaredDeviations(), Math.sqrt(squares / all.sumOfSquares()));
    }
  }

  private CrossValidation() {}

  /**
   * Computes the normal equations of each fold (group of readings) from rows with independent
   * errors.
   *
   * @param readings readings of one sensor at one frequency
   * @param columns numbering of the unknown powers
   * @param sensor lag and smoothing of the sensor
   * @param folds number of folds
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
   * @param all sum of the normal equations of all folds
   * @param columns numbering of the unknown powers
   */
  public static double heldOutSquares(
      NormalEquations[] folds, NormalEquations all, PowerColumns columns) {
    return heldOutSquares(folds, all, new PowerSolver(columns), folds);
  }

  /**
   * Predicts the energies of each fold (group of readings) with powers that are fitted to the other
   * folds. Returns the sum of the squared prediction errors of all folds, in J^2. The predicted
   * rows may differ from the rows to which the powers are fitted, for example in the correlation of
   * their errors.
   *
   * @param folds normal equations of each fold, to which powers are fitted
   * @param all sum of the normal equations of all folds
   * @param predicted normal equations of the predicted rows of each fold
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
