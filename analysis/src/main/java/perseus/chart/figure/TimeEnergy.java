package perseus.chart.figure;

import perseus.io.UserError;

/**
 * A point in the plane of time and energy.
 *
 * @param timeSeconds time in seconds
 * @param energyJoules energy in joules
 */
public record TimeEnergy(double timeSeconds, double energyJoules) {
  /**
   * @throws UserError if a value is not finite
   */
  public TimeEnergy {
    if (!Double.isFinite(timeSeconds) || !Double.isFinite(energyJoules)) {
      throw new UserError(
          "A chart cannot show the point (%s s, %s J): both must be finite numbers."
              .formatted(timeSeconds, energyJoules));
    }
  }
}
