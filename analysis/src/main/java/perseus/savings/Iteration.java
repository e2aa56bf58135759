package perseus.savings;

import perseus.io.UserError;

/**
 * Holds the measured or predicted time and energy of one training iteration of a pipeline.
 *
 * @param timeSeconds iteration time in seconds
 * @param energyJoules energy of all GPUs of the pipeline in joules, including the energy that they
 *     use while they wait within the iteration
 */
public record Iteration(double timeSeconds, double energyJoules) {
  /**
   * @throws UserError if the time or the energy of the iteration is not a finite number above 0
   */
  public Iteration {
    if (!(timeSeconds > 0 && energyJoules > 0)
        || Double.isInfinite(timeSeconds)
        || Double.isInfinite(energyJoules)) {
      throw new UserError(
          "An iteration takes %s s and %s J, but both must be above 0."
              .formatted(timeSeconds, energyJoules));
    }
  }

  /**
   * Returns the energy in joules that the pipeline uses from the start of this iteration until it
   * stops waiting. The returned energy consists of the energy of the iteration and the energy that
   * the pipeline uses while it waits after the iteration.
   *
   * @param endSeconds time in seconds from the start of the iteration until the pipeline stops
   *     waiting
   * @param watts power in watts of all GPUs of the pipeline together while they wait
   */
  public double energyUntil(double endSeconds, double watts) {
    return energyJoules + (endSeconds - timeSeconds) * watts;
  }
}
