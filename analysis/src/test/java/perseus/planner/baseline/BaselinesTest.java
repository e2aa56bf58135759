package perseus.planner.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.Interleaved;
import perseus.pipeline.Operation;
import perseus.pipeline.Schedule;
import perseus.pipeline.Schedules;
import perseus.planner.Planner;
import perseus.planner.Planners;
import perseus.planner.RandomProblems;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/** Tests the baseline planners, and properties of all planners. */
class BaselinesTest {
  private static final int[] FREQUENCIES = {1410, 1200, 1000, 800};

  /**
   * Returns a profile in which the forward of stage s takes {@code weights[s]} seconds at 1410 MHz,
   * and the backward takes twice as long. Times are inversely proportional to the frequency.
   */
  private static StageProfile profile(double... weights) {
    List<ProfileRow> rows = new ArrayList<>();
    for (int s = 0; s < weights.length; s++) {
      for (int f : FREQUENCIES) {
        double slow = 1410.0 / f;
        double energy = weights[s] * (100 + 200 / slow / slow);
        rows.add(new ProfileRow(s, FORWARD, f, weights[s] * slow, energy));
        rows.add(new ProfileRow(s, BACKWARD, f, 2 * weights[s] * slow, 2 * energy));
      }
    }
    return new StageProfile(rows, ProfileNotes.none("a test"));
  }

  private static PlanningProblem problem(
      StageProfile profile, Schedule schedule, int microbatches) {
    double[] watts = new double[profile.stages()];
    Arrays.fill(watts, 80);
    return PlanningProblem.of(profile, schedule, microbatches, watts);
  }

  private static Frontier plan(Planner planner, PlanningProblem problem) {
    return planner.plan(problem, PlanRequest.standard());
  }

  @Property(tries = 60)
  void noBaselineIsBelowTheBound(@ForAll @LongRange(min = 0) long seed) {
    PlanningProblem problem = RandomProblems.problem(seed, 4, 6, 6);
    for (Planner planner : List.of(Planners.ENVPIPE, Planners.EXPONENTIAL)) {
      Frontier frontier = plan(planner, problem);
      for (Plan plan : frontier.plans()) {
        assertThat(frontier.gap(plan)).as(planner.name()).isGreaterThanOrEqualTo(-1e-9);
      }
    }
  }

  @Test
  void uniformPlannerRefusesStagesWithoutACommonFrequency() {
    List<ProfileRow> rows = new ArrayList<>();
    for (int s = 0; s < 2; s++) {
      for (Instruction instruction : List.of(FORWARD, BACKWARD)) {
        rows.add(new ProfileRow(s, instruction, 1410 - 30 * s, 0.1, 30));
        rows.add(new ProfileRow(s, instruction, 1200 - 30 * s, 0.12, 25));
      }
    }
    PlanningProblem problem =
        problem(
            new StageProfile(rows, ProfileNotes.none("a test")),
            Schedules.ONE_FORWARD_ONE_BACKWARD,
            4);
    assertThatThrownBy(() -> plan(Planners.UNIFORM, problem))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("planner uniform", "frequency");
  }

  @ParameterizedTest
  @MethodSource("perseus.planner.Planners#all")
  void switchTimeOfAMicrosecondBarelyChangesThePlans(Planner planner) {
    PlanningProblem problem =
        problem(profile(1, 0.7, 1.1, 1), Schedules.ONE_FORWARD_ONE_BACKWARD, 6);
    Frontier free = plan(planner, problem);
    Frontier cheap = plan(planner, problem.withSwitchCost(1e-6));
    assertThat(cheap.fastest().timeSeconds()).isCloseTo(free.fastest().timeSeconds(), within(1e-4));
    assertThat(cheap.plans().size()).isGreaterThan(free.plans().size() / 2);
    assertThat(cheap.leastEnergy().energyJoules())
        .isCloseTo(free.leastEnergy().energyJoules(), within(0.01 * free.fastest().energyJoules()));
  }

  @Test
  void envPipeIsNotSlowerThanAllMaxWithASwitchTime() {
    PlanningProblem problem =
        problem(profile(1, 0.7, 1.1, 1), Schedules.ONE_FORWARD_ONE_BACKWARD, 6)
            .withSwitchCost(0.01);
    assertThat(plan(Planners.ENVPIPE, problem).fastest().timeSeconds())
        .isLessThanOrEqualTo(Plan.allMax(problem).timeSeconds() + 1e-12);
  }

  @Test
  void envPipeIsAsFastAsAllMaxAndRunsItsEnvelopeAtTheHighestFrequency() {
    PlanningProblem problem =
        problem(profile(1, 0.7, 1.1, 1), Schedules.ONE_FORWARD_ONE_BACKWARD, 6);
    Frontier frontier = plan(Planners.ENVPIPE, problem);
    Plan plan = frontier.fastest();
    Plan allMax = Plan.allMax(problem);
    assertThat(frontier.plans()).hasSize(1);
    assertThat(frontier.warnings()).isEmpty();
    assertThat(plan.timeSeconds()).isCloseTo(allMax.timeSeconds(), within(1e-9));
    assertThat(plan.energyJoules()).isLessThan(allMax.energyJoules());
    for (Operation o : problem.dag().operations()) {
      boolean outer =
          o.stage() == 3
              || (o.instruction().equals(FORWARD) && o.microbatch() == 0)
              || (o.instruction().equals(BACKWARD) && o.microbatch() == 5);
      if (outer) {
        assertThat(plan.choice(o.index()).frequencyMhz()).isEqualTo(1410);
      }
    }
  }

  @Test
  void perStagePlannerBalancesForwardsWithTheHeaviestStage() {
    PlanningProblem problem = problem(profile(1, 0.5, 0.72), Schedules.ONE_FORWARD_ONE_BACKWARD, 4);
    Plan fastest = plan(Planners.PER_STAGE, problem).fastest();
    // The forward of stage 0 takes 1 s at 1410 MHz and is the longest, so stage 0 stays at 1410
    // MHz. The forward that takes 0.5 s takes at most 1 s at every frequency. The forward that
    // takes 0.72 s takes at most 1 s at 1200 MHz, but longer at 1000 MHz.
    int[] expected = {1410, 800, 1200};
    for (Operation o : problem.dag().operations()) {
      assertThat(fastest.choice(o.index()).frequencyMhz()).isEqualTo(expected[o.stage()]);
    }
  }

  @Test
  void exponentialPlansAreCloseToTheBoundAndBarelySlowerThanAllMax() {
    PlanningProblem problem =
        problem(profile(0.1, 0.07, 0.11), Schedules.ONE_FORWARD_ONE_BACKWARD, 8);
    Frontier frontier = plan(Planners.EXPONENTIAL, problem);
    assertThat(frontier.fastest().timeSeconds())
        .isLessThan(1.02 * Plan.allMax(problem).timeSeconds());
    assertThat(frontier.plans().stream().mapToDouble(frontier::gap).average().orElseThrow())
        .isLessThan(0.05);
  }

  @ParameterizedTest
  @MethodSource("perseus.planner.Planners#all")
  void everyPlannerPlansSeveralStagesPerRank(Planner planner) {
    PlanningProblem problem = problem(profile(1, 0.7, 1.1, 0.9), new Interleaved(2), 4);
    assertThat(problem.totalBlockingWatts()).isEqualTo(160);
    Frontier frontier = plan(planner, problem);
    for (Plan plan : frontier.plans()) {
      double energy = 0;
      double busy = 0;
      for (int j = 0; j < problem.dag().size(); j++) {
        energy += plan.choice(j).energyJoules();
        busy += plan.choice(j).timeSeconds();
      }
      // The four stages run on two ranks, so the energy includes the power of two ranks while they
      // wait.
      assertThat(plan.energyJoules())
          .isCloseTo(energy + 80 * (2 * plan.timeSeconds() - busy), within(1e-6));
      assertThat(plan.computations(0)).hasSize(16);
      assertThat(frontier.gap(plan)).isGreaterThanOrEqualTo(-1e-9);
    }
  }

  @Test
  void stagesOfOneRankWithDifferentBlockingPowersAreRefused() {
    StageProfile profile = profile(1, 1, 1, 1);
    assertThatThrownBy(
            () -> PlanningProblem.of(profile, new Interleaved(2), 2, new double[] {80, 80, 70, 80}))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("Stages 0 and 2", "share a rank", "80.0 W and 70.0 W");
  }

  private static ProfileRow row(Instruction i, int f, double time, double energy, String knob) {
    return new ProfileRow(0, i, f, time, energy, Map.of("sm", knob), ProfileRow.Quality.UNKNOWN);
  }

  @Test
  void optionsOfOneFrequencyStaySeparateAndAllMaxIsTheFastestAtTheHighest() {
    StageProfile profile =
        new StageProfile(
            List.of(
                row(FORWARD, 1410, 1.2, 100, "a"),
                row(FORWARD, 1410, 1.0, 130, "b"),
                row(FORWARD, 1200, 0.9, 500, "c"),
                row(BACKWARD, 1410, 2, 300, "a")),
            ProfileNotes.none("a test"));
    PlanningProblem problem = problem(profile, Schedules.ONE_FORWARD_ONE_BACKWARD, 1);
    Plan allMax = Plan.allMax(problem);
    assertThat(allMax.choice(0).knobs()).containsEntry("sm", "b");
    assertThat(plan(Planners.PERSEUS, problem).plans())
        .extracting(plan -> plan.choice(0).knobs().get("sm"))
        .containsExactly("a", "b", "c");
  }

  @ParameterizedTest
  @MethodSource("perseus.planner.Planners#all")
  void stagesWhoseTimesAndEnergiesDifferABillionfoldArePlanned(Planner planner) {
    List<ProfileRow> rows = new ArrayList<>();
    for (int s = 0; s < 2; s++) {
      double scale = s == 0 ? 1 : 1e-9;
      for (int f : FREQUENCIES) {
        double slow = 1410.0 / f;
        rows.add(new ProfileRow(s, FORWARD, f, scale * slow, scale * (100 + 200 / slow)));
        rows.add(new ProfileRow(s, BACKWARD, f, scale * slow, scale * (100 + 200 / slow)));
      }
    }
    PlanningProblem problem =
        problem(new StageProfile(rows, ProfileNotes.none("t")), Schedules.GPIPE, 3);
    Frontier frontier = plan(planner, problem);
    assertThat(frontier.plans()).isNotEmpty();
    assertThat(frontier.plans()).allMatch(plan -> frontier.gap(plan) >= -1e-9);
  }

  @Test
  void iterationWithTooManyOperationsIsRefused() {
    StageProfile profile = profile(1, 1);
    assertThatThrownBy(() -> problem(profile, Schedules.ONE_FORWARD_ONE_BACKWARD, 2_000_000_000))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(
            "2 stages", "2000000000 microbatches", "8000000000", "at most 2000000 ");
  }

  @Test
  void stageWithoutRowsForTheBackwardIsRefused() {
    StageProfile profile =
        new StageProfile(
            List.of(
                new ProfileRow(0, FORWARD, 1410, 1, 1),
                new ProfileRow(0, BACKWARD, 1410, 1, 1),
                new ProfileRow(1, FORWARD, 1410, 1, 1)),
            ProfileNotes.none("profile.csv"));
    assertThatThrownBy(() -> problem(profile, Schedules.ONE_FORWARD_ONE_BACKWARD, 2))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("profile.csv", "stage 1, backward", "1f1b", "stages 0 to 1");
  }
}
