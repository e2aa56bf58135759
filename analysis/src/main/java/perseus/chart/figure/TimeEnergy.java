package perseus.chart.figure;

import perseus.io.UserError;

/**
 * A point of a time-energy plane.
 *
 * @param timeSeconds time in seconds
 * @param energyJoules energy in joules
 */
public record TimeEnergy(double timeSeconds, double energyJoules) {
  public TimeEnergy {
    if (!Double.isFinite(timeSeconds) || !Double.isFinite(energyJoules)) {
      throw new UserError(
          "A chart cannot show the point (" + timeSeconds + " s, " + energyJoules + " J).");
    }
  }
}
