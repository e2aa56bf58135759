package perseus.attribution.fit;

import perseus.attribution.sensor.Sensor;

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
