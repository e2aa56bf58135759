package perseus.chart.figure;

import perseus.io.UserError;

/**
 * Holds a point of a chart whose axes are time and energy.
 *
 * @param timeSeconds time of the point in seconds
 * @param energyJoules energy of the point in joules
 */
public record TimeEnergy(double timeSeconds, double energyJoules) {
  /**
   * @throws UserError if the time or the energy of the point is not finite
   */
  public TimeEnergy {
    if (!Double.isFinite(timeSeconds) || !Double.isFinite(energyJoules)) {
      throw new UserError(
          "A chart cannot show the point (%s s, %s J): both must be finite numbers."
              .formatted(timeSeconds, energyJoules));
    }
  }
}
