package perseus.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.io.UserError;
import perseus.savings.Iteration;
import perseus.savings.Table;

/**
 * Compares the figures of a fleet with values that were computed by hand. Under all-max (every
 * operation at the highest frequency), an iteration of 4 GPUs takes 10 s and 14 400 J. Under the
 * plan, it takes 12.5 s and 9 000 J.
 */
class FleetComparisonTest {
  private static final Pattern CALCULATION =
      Pattern.compile("(\\d[\\d.e]*(?: [x/] [\\d.e]+)+) = ([\\d.]+)");

  private static FleetComparison fleet(int gpus) {
    return new FleetComparison(
        new FleetAssumptions(
            gpus, 1000, 0.5, 1.25, OptionalDouble.of(0.2), "EUR", OptionalDouble.of(0.4)),
        4,
        new Iteration(10, 14_400),
        new Iteration(12.5, 9_000));
  }

  @Test
  void casesFollowFromPowerAndHours() {
    FleetComparison fleet = fleet(402);
    assertThat(fleet.groups()).isEqualTo(100);
    assertThat(fleet.gpusLeftOver()).isEqualTo(2);
    // In 500 h, 100 groups of 1440 W use 72 MWh. The power usage effectiveness is 1.25, so the data
    // centre uses 90 MWh.
    assertThat(fleet.withoutPlan().megawattHours()).isCloseTo(90, within(1e-9));
    assertThat(fleet.withoutPlan().iterations()).isCloseTo(180_000, within(1e-6));
    // In 500 h, 100 groups of 720 W use half of this energy, and run the fraction 10 / 12.5 of the
    // iterations.
    assertThat(fleet.sameHours().megawattHours()).isCloseTo(45, within(1e-9));
    assertThat(fleet.sameHours().iterations()).isCloseTo(144_000, within(1e-6));
    // Each of 100 groups runs 180 000 iterations of 9 000 J. The iterations take 1.25 times as long
    // as under all-max.
    assertThat(fleet.sameWork().megawattHours()).isCloseTo(56.25, within(1e-9));
    assertThat(fleet.sameWork().trainingHours()).isCloseTo(625, within(1e-9));
  }

  @Test
  void tableShowsEnergyMoneyAndCarbonWithWhatIsSaved() {
    Table table = new FleetReport(fleet(402), true).table();
    assertThat(table.title()).endsWith("; simulated");
    assertThat(table.header())
        .containsExactly(
            "case",
            "training hours",
            "iterations",
            "MWh",
            "MWh saved",
            "EUR",
            "EUR saved",
            "t CO2",
            "t CO2 saved");
    assertThat(table.rows().get(0))
        .isEqualTo(
            List.of(
                "all-max", "500.0", "180000", "90.000", "0.000", "18000", "0", "36.000", "0.000"));
    assertThat(table.rows().get(2).subList(1, 9))
        .isEqualTo(
            List.of("625.0", "180000", "56.250", "33.750", "11250", "6750", "22.500", "13.500"));
  }

  @Test
  void columnsOfUnknownPriceAndCarbonAreMissing() {
    FleetAssumptions bare =
        new FleetAssumptions(4, 730, 1, 1, OptionalDouble.empty(), "", OptionalDouble.empty());
    FleetReport report =
        new FleetReport(
            new FleetComparison(bare, 4, new Iteration(1, 2), new Iteration(1, 1)), false);
    assertThat(report.table().header()).hasSize(5);
    assertThat(report.table().title()).doesNotContain("simulated");
    assertThat(report.formulas()).noneMatch(line -> line.contains("CO2"));
  }

  @Test
  void formulasAndAssumptionsHaveAllNumbersOfTheCalculation() {
    FleetReport report = new FleetReport(fleet(402), false);
    assertThat(report.formulas())
        .contains(
            "plan, same work: 625 x 3600 / 12.5 = 180000 iterations; 100 x 180000 x 9000 / 3.6e9 x 1.25 = 56.25 MWh");
    assertThat(String.join(" ", report.assumptions()))
        .contains("402", "not counted: 2", "0.5", "1.25", "0.2 EUR", "0.4 kg");
  }

  @Test
  void printedNumbersGiveThePrintedResultsByHand() {
    FleetComparison uneven =
        new FleetComparison(
            new FleetAssumptions(
                9_999, 730, 0.7, 1.13, OptionalDouble.empty(), "", OptionalDouble.empty()),
            7,
            new Iteration(4.903880164027214, 4517.443439819461),
            new Iteration(5.376899570226669, 4007.7501402013518));
    int calculations = 0;
    for (String line : new FleetReport(uneven, false).formulas()) {
      Matcher calculation = CALCULATION.matcher(line);
      while (calculation.find()) {
        assertThat(Double.parseDouble(calculation.group(2)))
            .as(line)
            .isCloseTo(byHand(calculation.group(1)), withinPercentage(1e-6));
        calculations++;
      }
    }
    assertThat(calculations).isEqualTo(7);
  }

  /** Computes a text of products and quotients from left to right. */
  private static double byHand(String calculation) {
    String[] words = calculation.split(" ");
    double value = Double.parseDouble(words[0]);
    for (int i = 1; i < words.length; i += 2) {
      double next = Double.parseDouble(words[i + 1]);
      value = words[i].equals("x") ? value * next : value / next;
    }
    return value;
  }

  @Test
  void workThatDoesNotFitIntoThePeriodIsNamed() {
    FleetAssumptions full =
        new FleetAssumptions(4, 730, 1, 1, OptionalDouble.empty(), "", OptionalDouble.empty());
    FleetComparison slower =
        new FleetComparison(full, 4, new Iteration(10, 1), new Iteration(11, 1));
    assertThat(new FleetReport(slower, false).assumptions())
        .anyMatch(line -> line.contains("803.0 h, which is more than the 730 h"));
    assertThat(new FleetReport(fleet(402), false).assumptions())
        .noneMatch(line -> line.contains("more than"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 730, 1, 1, 1, 1",
    "-4, 730, 1, 1, 1, 1",
    "4, 0, 1, 1, 1, 1",
    "4, NaN, 1, 1, 1, 1",
    "4, Infinity, 1, 1, 1, 1",
    "4, 730, 0, 1, 1, 1",
    "4, 730, 1.01, 1, 1, 1",
    "4, 730, 1, 0.9, 1, 1",
    "4, 730, 1, NaN, 1, 1",
    "4, 730, 1, 1, -0.1, 1",
    "4, 730, 1, 1, NaN, 1",
    "4, 730, 1, 1, 1, -1",
    "4, 730, 1, 1, 1, Infinity",
  })
  void impossibleAssumptionsAreRefused(
      int gpus, double hours, double utilization, double pue, double price, double carbon) {
    assertThatThrownBy(
            () ->
                new FleetAssumptions(
                    gpus,
                    hours,
                    utilization,
                    pue,
                    OptionalDouble.of(price),
                    "EUR",
                    OptionalDouble.of(carbon)))
        .isInstanceOf(UserError.class);
  }

  @Test
  void fleetThatIsSmallerThanAPipelineIsRefused() {
    assertThatThrownBy(() -> fleet(3)).isInstanceOf(UserError.class).hasMessageContaining("only 3");
  }
}
