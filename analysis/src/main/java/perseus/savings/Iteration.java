package perseus.savings;

import perseus.io.UserError;

/**
 * The measured or predicted time and energy of an iteration.
 *
 * @param timeSeconds iteration time in seconds
 * @param energyJoules energy of all GPUs of the pipeline in joules, including blocking
 */
public record Iteration(double timeSeconds, double energyJoules) {
  /**
   * @throws UserError if a value is not a finite number above 0
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
   * Returns the energy in joules of this iteration and of waiting after it.
   *
   * @param endSeconds end of waiting, in seconds after the start of the iteration
   * @param watts power while waiting
   */
  double energyUntil(double endSeconds, double watts) {
    return energyJoules + (endSeconds - timeSeconds) * watts;
  }
}
