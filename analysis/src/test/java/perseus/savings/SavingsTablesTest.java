package perseus.savings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.io.UserError;

/**
 * Compares savings with values that were computed by hand. In these tests, all-max (every operation
 * at the highest frequency) takes 10 s and 1000 J, and waiting GPUs draw 20 W.
 */
class SavingsTablesTest {
  private static final Policy PLANS =
      new Policy(
          "Plans",
          List.of(
              new Iteration(13, 830),
              new Iteration(10, 900),
              new Iteration(11, 800),
              new Iteration(12, 790)));
  private static final Policy ONE = new Policy("One", List.of(new Iteration(10.5, 880)));

  private static Workload workload(Workload.Origin origin, int pipelines) {
    return workload("small", origin, false, pipelines);
  }

  private static Workload workload(
      String name, Workload.Origin origin, boolean simulated, int pipelines) {
    return new Workload(
        name, origin, simulated, new Iteration(10, 1000), 20, pipelines, List.of(PLANS, ONE));
  }

  private static SavingsTables tables(Workload workload, StragglerRule rule) {
    return new SavingsTables(List.of(workload), List.of(1.3), Optional.ofNullable(rule));
  }

  @Test
  void withoutStragglerTheFastestPlanCounts() {
    Workload workload = workload(Workload.Origin.MEASURED, 1);
    assertThat(workload.reduction(PLANS)).isCloseTo(0.1, within(1e-12));
    assertThat(workload.slowdown(ONE)).isCloseTo(0.05, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({
    // Until 13 s, all-max (every operation at the highest frequency) uses 1060 J. The plans use 830
    // J, 790 + 20 J, 800 + 40 J and 900 + 60 J, where the second term is the energy of waiting.
    "SLOWEST, 830",
    "LEAST_ENERGY, 810",
    "BEST, 810",
  })
  void waitingPipelineRunsThePlanThatTheRuleChooses(StragglerRule rule, double joules) {
    Workload workload = workload(Workload.Origin.MEASURED, 1);
    assertThat(workload.reduction(PLANS, 1.3, rule)).isCloseTo(1 - joules / 1060, within(1e-12));
    assertThat(workload.reduction(ONE, 1.3, rule)).isCloseTo(1 - 930.0 / 1060, within(1e-12));
  }

  @Test
  void bestRuleIncludesTheEnergyOfWaiting() {
    Policy policy = new Policy("two", List.of(new Iteration(11, 800), new Iteration(12, 810)));
    Workload workload = workload(Workload.Origin.PLANNED, 1);
    assertThat(workload.reduction(policy, 1.3, StragglerRule.LEAST_ENERGY))
        .isCloseTo(1 - 840.0 / 1060, within(1e-12));
    assertThat(workload.reduction(policy, 1.3, StragglerRule.BEST))
        .isCloseTo(1 - 830.0 / 1060, within(1e-12));
  }

  @Test
  void stragglerNeedsItsDegreeTimesTheEnergyOfTheFastestPlan() {
    Workload workload = workload(Workload.Origin.PLANNED, 4);
    assertThat(workload.fleetReduction(PLANS, 1.3, StragglerRule.BEST))
        .isCloseTo(1 - (3 * 810 + 1.3 * 900) / (3 * 1060 + 1.3 * 1000), within(1e-12));
  }

  @Test
  void tablesAreRoundedAsInThePaperAndCsvHasAllFigures() {
    Workload workload = workload(Workload.Origin.MEASURED, 4);
    String text = TableFormat.TEXT.format(tables(workload, null).tables().get(0));
    assertThat(text)
        .isEqualTo(
            """
            Energy saved (%) without a straggler, slowdown (%), and time of least energy
            workload  policy  saved  slowdown  T*/T0
            small     Plans    10.0       0.0   1.20
            small     One      12.0       5.0   1.05
            """);
    assertThat(TableFormat.CSV.format(tables(workload, StragglerRule.BEST).figures()))
        .isEqualTo(
            """
            workload,policy,pipelines,straggler,reduction_percent,slowdown_percent,least_energy_time_ratio,simulated
            small,Plans,1,,10.0000,0.0000,1.2000,false
            small,Plans,1,1.3,23.5849,,,false
            small,Plans,4,1.3,19.6429,,,false
            small,One,1,,12.0000,5.0000,1.0500,false
            small,One,1,1.3,12.2642,,,false
            small,One,4,1.3,12.1875,,,false
            """);
    assertThat(TableFormat.MARKDOWN.format(new Table("T", List.of("a|b"), List.of(List.of("1")))))
        .isEqualTo("T\n\n| a|b |\n| --: |\n|   1 |\n".replace("a|b", "a\\|b"));
  }

  @Test
  void tablesWithStragglersNameTheRule() {
    Workload workload = workload(Workload.Origin.PLANNED, 4);
    assertThat(tables(workload, null).tables())
        .extracting(Table::title)
        .satisfiesExactly(
            alone -> assertThat(alone).doesNotContain("rule"),
            waiting -> assertThat(waiting).endsWith(" a straggler (straggler rule: published)"),
            fleet -> assertThat(fleet).endsWith(" a straggler (straggler rule: published)"));
    assertThat(TableFormat.MARKDOWN.format(tables(workload, StragglerRule.BEST).tables().get(1)))
        .startsWith(
            "Energy saved (%) by a pipeline that waits for a straggler (straggler rule: best)\n\n");
  }

  @Test
  void everyTableNamesSimulatedWorkloads() {
    Workload real = workload("real", Workload.Origin.PLANNED, false, 4);
    Workload made = workload("made", Workload.Origin.PLANNED, true, 4);
    List<Double> degrees = List.of(1.3);
    assertThat(new SavingsTables(List.of(made, made), degrees, Optional.empty()).tables())
        .hasSize(3)
        .allSatisfy(table -> assertThat(table.title()).endsWith("; simulated"));
    SavingsTables mixed = new SavingsTables(List.of(real, made), degrees, Optional.empty());
    assertThat(mixed.simulated()).isEqualTo("simulated: made");
    assertThat(mixed.tables())
        .allSatisfy(table -> assertThat(table.title()).endsWith("; simulated: made"));
    assertThat(mixed.figures().rows())
        .allSatisfy(row -> assertThat(row).endsWith("" + row.get(0).equals("made")));
    assertThat(new SavingsTables(List.of(real), degrees, Optional.empty()).tables())
        .allSatisfy(table -> assertThat(table.title()).doesNotContain("simulated"));
  }

  @Test
  void impossibleNumbersAreRefused() {
    assertThatThrownBy(() -> new Iteration(0, 1)).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> new Iteration(1, Double.NaN)).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> new Policy("None", List.of()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("None has no plans");
    assertThatThrownBy(() -> workload(Workload.Origin.PLANNED, 0)).isInstanceOf(UserError.class);
  }
}
