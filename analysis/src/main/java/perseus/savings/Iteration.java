package perseus.savings;

import perseus.io.UserError;

/**
 * What an iteration takes under some plan, measured or predicted.
 *
 * @param timeSeconds iteration time
 * @param energyJoules energy of all GPUs of the pipeline, blocking included
 */
public record Iteration(double timeSeconds, double energyJoules) {
  /**
   * @throws UserError if either is not a number above 0
   */
  public Iteration {
    if (!(timeSeconds > 0 && energyJoules > 0)
        || Double.isInfinite(timeSeconds)
        || Double.isInfinite(energyJoules)) {
      throw new UserError(
          "An iteration of " + timeSeconds + " s and " + energyJoules + " J cannot be.");
    }
  }

  /** Energy in joules of waiting until {@code endSeconds} after it, drawing {@code watts}. */
  double energyUntil(double endSeconds, double watts) {
    return energyJoules + (endSeconds - timeSeconds) * watts;
  }
}
