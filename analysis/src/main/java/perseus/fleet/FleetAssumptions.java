package perseus.fleet;

import java.util.OptionalDouble;
import perseus.io.UserError;

/**
 * Holds a user's assumptions about a fleet of GPUs and its electricity.
 *
 * @param gpus number of GPUs of the fleet, at least 1
 * @param hours length of the period in hours, above 0
 * @param utilization share of the period in which the GPUs train, above 0 and at most 1
 * @param pue power usage effectiveness: energy of the whole data centre divided by the energy of
 *     its GPUs, at least 1
 * @param pricePerKwh price of one kWh in {@code currency}, at least 0; empty if it is unknown
 * @param currency name of the currency as the user wrote it; empty if it is unknown
 * @param kilogramsPerKwh mass of CO2 that one kWh causes, in kg, at least 0; empty if it is unknown
 */
public record FleetAssumptions(
    int gpus,
    double hours,
    double utilization,
    double pue,
    OptionalDouble pricePerKwh,
    String currency,
    OptionalDouble kilogramsPerKwh) {

  /**
   * @throws UserError if a number is outside its range, or not finite
   */
  public FleetAssumptions {
    require(gpus >= 1, "A fleet needs at least 1 GPU, not " + gpus);
    require(hours > 0 && Double.isFinite(hours), "The period must be above 0 hours, not " + hours);
    require(
        utilization > 0 && utilization <= 1,
        "The utilization must be above 0 and at most 1, not " + utilization);
    require(pue >= 1 && Double.isFinite(pue), "The PUE must be at least 1, not " + pue);
    requireAmount("price", pricePerKwh);
    requireAmount("carbon intensity", kilogramsPerKwh);
  }

  private static void requireAmount(String name, OptionalDouble value) {
    if (value.isPresent()) {
      double amount = value.getAsDouble();
      require(
          amount >= 0 && Double.isFinite(amount),
          "The %s must be at least 0, not %s".formatted(name, amount));
    }
  }

  private static void require(boolean condition, String sentence) {
    if (!condition) {
      throw new UserError(sentence + ".");
    }
  }

  /** Returns the hours of the period in which the GPUs train. */
  public double trainingHours() {
    return hours * utilization;
  }
}
