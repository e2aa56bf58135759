package perseus.savings;

import perseus.io.UserError;

/**
 * Holds the measured or predicted time and energy of one iteration.
 *
 * @param timeSeconds iteration time in seconds
 * @param energyJoules energy of all GPUs of the pipeline in joules, including the energy of waiting
 *     within the iteration
 */
public record Iteration(double timeSeconds, double energyJoules) {
  /**
   * @throws UserError if the time or the energy is not a finite number above 0
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
   * Returns the energy in joules of this iteration and of the waiting after its end.
   *
   * @param endSeconds end of the waiting time, in seconds after the start of the iteration
   * @param watts power of all GPUs of the pipeline during the waiting time, in watts
   */
  double energyUntil(double endSeconds, double watts) {
    return energyJoules + (endSeconds - timeSeconds) * watts;
  }
}
