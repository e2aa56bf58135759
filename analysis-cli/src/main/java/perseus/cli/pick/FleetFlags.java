package perseus.cli.pick;

import java.util.OptionalDouble;
import perseus.cli.common.FlagValue;
import perseus.fleet.FleetAssumptions;
import perseus.io.UserError;
import picocli.CommandLine.Option;

/** Reads the flags that describe a fleet of GPUs and its electricity. */
final class FleetFlags {
  private static final int MAX_GPUS = 100_000_000;
  private static final int MAX_CURRENCY = 20;

  @Option(
      names = "--gpus",
      paramLabel = "N",
      required = true,
      description = "Number of GPUs of the fleet.")
  int gpus;

  @Option(
      names = "--price",
      paramLabel = "P",
      description = "Price of electricity, in --currency per kWh, such as 0.12. Default: no cost.")
  Double price;

  @Option(
      names = "--currency",
      paramLabel = "TEXT",
      description = "Currency of --price as it is printed, such as EUR. Default: money.")
  String currency;

  @Option(
      names = "--carbon",
      paramLabel = "KG",
      description = "CO2 of electricity, in kg per kWh, such as 0.4. Default: no CO2.")
  Double carbon;

  @Option(
      names = "--pue",
      paramLabel = "X",
      description =
          "Power usage effectiveness: energy of the data centre, divided by the energy of its GPUs, such as 1.2. Default:"
              + " ${DEFAULT-VALUE}, which counts the GPUs alone.")
  double pue = 1;

  @Option(
      names = "--hours",
      paramLabel = "H",
      description =
          "Length of the period in hours. Default: ${DEFAULT-VALUE}, a twelfth of a year of 365 days.")
  double hours = 730;

  @Option(
      names = "--utilization",
      paramLabel = "U",
      description =
          "Share of the period in which the GPUs train, from 0 to 1. Default: ${DEFAULT-VALUE}.")
  double utilization = 1;

  /**
   * @throws UserError if the value of a flag is not allowed
   */
  FleetAssumptions assumptions() {
    FlagValue.requireBetween("--gpus", gpus, 1, MAX_GPUS, "");
    FlagValue.requireBetween("--pue", pue, 1, 100, "");
    FlagValue.requireBetween("--hours", hours, 0.001, 1e6, " hours");
    FlagValue.requireBetween("--utilization", utilization, 1e-6, 1, "");
    if (price != null) {
      FlagValue.requireBetween("--price", price, 0, 1e9, " per kWh");
    }
    if (carbon != null) {
      FlagValue.requireBetween("--carbon", carbon, 0, 1000, " kg per kWh");
    }
    if (currency != null && price == null) {
      throw new UserError("--currency is the currency of --price, which is missing.");
    }
    if (currency != null
        && (currency.isBlank()
            || currency.codePointCount(0, currency.length()) > MAX_CURRENCY
            || currency.codePoints().anyMatch(Character::isISOControl))) {
      throw new UserError(
          "--currency must be a name of 1 to %d characters, such as EUR.".formatted(MAX_CURRENCY));
    }
    return new FleetAssumptions(
        gpus,
        hours,
        utilization,
        pue,
        price == null ? OptionalDouble.empty() : OptionalDouble.of(price),
        currency == null ? "" : currency.strip(),
        carbon == null ? OptionalDouble.empty() : OptionalDouble.of(carbon));
  }
}
