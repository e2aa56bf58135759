package perseus.chart.figure;

import perseus.io.UserError;

/**
 * Holds a point of a chart that has time and energy as coordinates.
 *
 * @param timeSeconds time in seconds
 * @param energyJoules energy in joules
 */
public record TimeEnergy(double timeSeconds, double energyJoules) {
  /**
   * @throws UserError if the time or the energy is not finite
   */
  public TimeEnergy {
    if (!Double.isFinite(timeSeconds) || !Double.isFinite(energyJoules)) {
      throw new UserError(
          "A chart cannot show the point (%s s, %s J): both must be finite numbers."
              .formatted(timeSeconds, energyJoules));
    }
  }
}
