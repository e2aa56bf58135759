package perseus.fleet;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import perseus.fleet.FleetComparison.Case;
import perseus.numeric.Percent;
import perseus.savings.Table;

/**
 * Reports the energy, price and CO2 of a fleet with and without a plan, as a table and as
 * sentences. The report contains all assumptions and formulas, so that a reader can repeat the
 * calculation.
 *
 * @param comparison the fleet with and without the plan
 * @param simulated whether the energies of the iterations come from simulated GPUs
 */
public record FleetReport(FleetComparison comparison, boolean simulated) {
  private static final int RESULT_DIGITS = 8;

  /**
   * Returns a table with one row for the fleet without the plan, and two rows for the fleet with
   * the plan. The table has columns for price and CO2 if the user stated the price and the CO2 of
   * one kWh.
   */
  public Table table() {
    FleetAssumptions assumed = comparison.assumptions();
    List<String> header =
        new ArrayList<>(List.of("case", "training hours", "iterations", "MWh", "MWh saved"));
    assumed.pricePerKwh().ifPresent(p -> header.addAll(List.of(money(), money() + " saved")));
    assumed.kilogramsPerKwh().ifPresent(p -> header.addAll(List.of("t CO2", "t CO2 saved")));
    List<List<String>> rows = new ArrayList<>();
    Case before = comparison.withoutPlan();
    for (Case shown : comparison.cases()) {
      List<String> row = new ArrayList<>();
      row.add(shown.title());
      row.add(Percent.fixed(shown.trainingHours(), 1));
      row.add(Percent.fixed(shown.iterations(), 0));
      pair(row, shown.megawattHours(), before.megawattHours());
      if (assumed.pricePerKwh().isPresent()) {
        double price = assumed.pricePerKwh().getAsDouble();
        pair(row, shown.price(price), before.price(price));
      }
      if (assumed.kilogramsPerKwh().isPresent()) {
        double kilograms = assumed.kilogramsPerKwh().getAsDouble();
        pair(row, shown.tonnes(kilograms), before.tonnes(kilograms));
      }
      rows.add(row);
    }
    String title =
        "%s hours of %d GPUs%s"
            .formatted(plain(assumed.hours()), assumed.gpus(), simulated ? "; simulated" : "");
    return new Table(title, header, rows);
  }

  /** Returns the assumptions, one sentence each. */
  public List<String> assumptions() {
    FleetAssumptions assumed = comparison.assumptions();
    List<String> lines = new ArrayList<>();
    lines.add(
        "Fleet: %d GPUs / %d GPUs whose energy an iteration of the plans sums = %d groups%s."
            .formatted(
                assumed.gpus(),
                comparison.gpusPerGroup(),
                comparison.groups(),
                comparison.gpusLeftOver() == 0
                    ? ""
                    : "; GPUs left over and not counted: %d".formatted(comparison.gpusLeftOver())));
    lines.add(
        "Training: %s h x utilization %s = %s h. GPUs that do not train are not counted."
            .formatted(
                plain(assumed.hours()),
                plain(assumed.utilization()),
                plain(assumed.trainingHours())));
    lines.add(iteration("Iteration under all-max", comparison.withoutPlan()));
    lines.add(iteration("Iteration under the plan", comparison.sameHours()));
    if (simulated) {
      lines.add("The times and energies of iterations come from simulated GPUs.");
    }
    lines.add(
        "PUE: %s. The energy of GPUs x PUE is the energy of the data centre; hosts and network count only as far as the PUE"
                .formatted(plain(assumed.pue()))
            + " contains them.");
    price(assumed.pricePerKwh(), lines);
    assumed
        .kilogramsPerKwh()
        .ifPresent(kg -> lines.add("Carbon: %s kg of CO2 per kWh.".formatted(plain(kg))));
    double hours = comparison.sameWork().trainingHours();
    if (hours > assumed.hours() * (1 + 1e-9)) {
      lines.add(
          "The same work under the plan takes %s h, which is more than the %s h of the period."
              .formatted(Percent.fixed(hours, 1), plain(assumed.hours())));
    }
    return lines;
  }

  private void price(OptionalDouble price, List<String> lines) {
    price.ifPresent(perKwh -> lines.add("Price: %s %s per kWh.".formatted(plain(perKwh), money())));
  }

  private static String iteration(String title, Case shown) {
    return "%s: %s s, %s J of one group."
        .formatted(
            title, plain(shown.iteration().timeSeconds()), plain(shown.iteration().energyJoules()));
  }

  /** Returns the formulas, and the calculation of each case with its numbers. */
  public List<String> formulas() {
    FleetAssumptions assumed = comparison.assumptions();
    List<String> lines = new ArrayList<>();
    Case sameWork = comparison.sameWork();
    lines.add("iterations = training hours x 3600 / time of an iteration");
    lines.add("MWh = groups x iterations x energy of an iteration / 3.6e9 x PUE");
    assumed.pricePerKwh().ifPresent(p -> lines.add(money() + " = MWh x 1000 x price"));
    assumed.kilogramsPerKwh().ifPresent(p -> lines.add("t CO2 = MWh x carbon"));
    lines.add(
        "training hours of the same work = training hours x time under the plan / time under all-max: %s x %s / %s = %s h"
            .formatted(
                plain(assumed.trainingHours()),
                plain(sameWork.iteration().timeSeconds()),
                plain(comparison.allMax().timeSeconds()),
                plain(sameWork.trainingHours())));
    for (Case shown : comparison.cases()) {
      lines.add(
          "%s: %s x 3600 / %s = %s iterations; %d x %s x %s / 3.6e9 x %s = %s MWh"
              .formatted(
                  shown.title(),
                  plain(shown.trainingHours()),
                  plain(shown.iteration().timeSeconds()),
                  plain(shown.iterations()),
                  comparison.groups(),
                  plain(shown.iterations()),
                  plain(shown.iteration().energyJoules()),
                  plain(assumed.pue()),
                  rounded(shown.megawattHours(), RESULT_DIGITS)));
    }
    return lines;
  }

  private String money() {
    String currency = comparison.assumptions().currency();
    return currency.isEmpty() ? "money" : currency;
  }

  /**
   * Adds two cells to a row: the value with a plan, and the saving compared with the value without
   * a plan. The number of decimals is chosen so that the value without a plan has five significant
   * digits.
   */
  private static void pair(List<String> row, double value, double before) {
    int digits = before == 0 ? 0 : (int) Math.max(0, 4 - Math.floor(Math.log10(before)));
    row.add(Percent.fixed(value, digits));
    row.add(Percent.fixed(before - value, digits));
  }

  /**
   * Returns a number with two digits more than the printed results, so that users can repeat the
   * calculation.
   */
  private static String plain(double value) {
    return rounded(value, RESULT_DIGITS + 2);
  }

  private static String rounded(double value, int digits) {
    return new BigDecimal(value, new MathContext(digits)).stripTrailingZeros().toPlainString();
  }
}
