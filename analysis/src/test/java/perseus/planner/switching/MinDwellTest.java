package perseus.planner.switching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.Schedules;
import perseus.planner.Planner;
import perseus.planner.PlannerBenchmark;
import perseus.planner.Planners;
import perseus.planner.RandomProblems;
import perseus.planner.problem.EarliestStarts;
import perseus.planner.problem.Effort;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/** Tests plans that must hold every clock for a minimum time. */
class MinDwellTest {
  private static final int ITERATIONS = 3;
  private static final double ROUNDING = 1e-8;

  /**
   * Returns the shortest time for which a rank holds a clock. The method follows each rank through
   * several iterations, and ignores the first and the last run.
   */
  private static double shortestHold(PlanningProblem problem, Plan plan) {
    EarliestStarts starts = EarliestStarts.of(problem, plan::choice);
    double shortest = Double.POSITIVE_INFINITY;
    for (int lane = 0; lane < problem.dag().lanes(); lane++) {
      int clock = 0;
      double since = 0;
      double until = 0;
      int runs = 0;
      for (int iteration = 0; iteration < ITERATIONS; iteration++) {
        for (int j : problem.dag().laneComputations(lane)) {
          double start = iteration * plan.timeSeconds() + starts.startSeconds(j);
          if (plan.choice(j).frequencyMhz() != clock) {
            // The first run does not count, because it began before the first iteration of this
            // loop.
            shortest = runs > 1 ? Math.min(shortest, until - since) : shortest;
            clock = plan.choice(j).frequencyMhz();
            since = start;
            runs++;
          }
          until = start + plan.choice(j).timeSeconds();
        }
      }
    }
    return shortest;
  }

  private static List<Plan> plans(Planner planner, PlanningProblem problem, PlanRequest request) {
    try {
      return planner.plan(problem, request).plans();
    } catch (UserError e) {
      assertThat(e).hasMessageContaining("frequency");
      return List.of();
    }
  }

  @Property(tries = 40)
  void noPlanHoldsAClockTooShortAndNoBaselineThatHoldsThemIsBetter(
      @ForAll @LongRange(min = 0) long seed,
      @ForAll @IntRange(min = 1, max = 400) int milliseconds,
      @ForAll @IntRange(min = 0, max = 20) int switchMilliseconds) {
    PlanningProblem free = RandomProblems.problem(seed, 4, 6, 6);
    PlanningProblem problem =
        free.withSwitchCost(1e-3 * switchMilliseconds).withMinDwell(1e-3 * milliseconds);
    PlanRequest request = new PlanRequest(8, new double[0], Effort.FAST, Progress.NONE);
    List<Plan> planned = plans(Planners.PERSEUS, problem, request);
    List<Plan> others = new ArrayList<>();
    for (Planner planner : Planners.all()) {
      others.addAll(plans(planner, problem, request));
    }
    assertThat(planned.isEmpty()).isEqualTo(others.isEmpty());
    for (Plan other : others) {
      assertThat(shortestHold(problem, other)).isGreaterThan(1e-3 * milliseconds - ROUNDING);
      assertThat(planned.get(planned.size() - 1).timeSeconds())
          .isLessThanOrEqualTo(other.timeSeconds());
      for (Plan plan : planned) {
        if (other.timeSeconds() <= plan.timeSeconds()) {
          assertThat(plan.effectiveEnergyJoules())
              .isLessThanOrEqualTo(other.effectiveEnergyJoules() + 1e-12 * other.energyJoules());
        }
      }
    }
  }

  @Property(tries = 30)
  void plansOfTinyProblemsAreOptimal(
      @ForAll @LongRange(min = 0) long seed, @ForAll @IntRange(min = 10, max = 300) int dwell) {
    PlanningProblem problem = RandomProblems.problem(seed, 2, 2, 3).withMinDwell(1e-3 * dwell);
    Assume.that(!RandomProblems.isSteep(problem));
    assertOptimal(problem);
  }

  /** Tests problems in which plans that ignore the minimum time cannot be repaired. */
  @ParameterizedTest
  @CsvSource({"102, 98", "1663, 117", "1838, 32", "1998, 62", "2249, 71"})
  void plansAreFoundWhereNoKnownPlanCanBeRepaired(long seed, int dwell) {
    PlanningProblem problem = RandomProblems.problem(seed, 2, 2, 3).withMinDwell(1e-3 * dwell);
    assertThat(assertOptimal(problem)).isNotEmpty();
  }

  private static List<Plan> assertOptimal(PlanningProblem problem) {
    List<Plan> every =
        RandomProblems.everyPlan(problem).stream()
            .filter(plan -> shortestHold(problem, plan) >= problem.minDwellSeconds())
            .toList();
    List<Plan> planned = plans(Planners.PERSEUS, problem, new PlanRequest(20));
    assertThat(planned.isEmpty() && !every.isEmpty()).isFalse();
    for (Plan plan : planned) {
      RandomProblems.assertOptimal(plan, every);
    }
    return planned;
  }

  @Test
  void slowFrequencyThatSavesNoEnergyIsFoundIfOnlyItIsHeldLongEnough() {
    List<ProfileRow> rows = new ArrayList<>();
    rows.add(new ProfileRow(0, Instruction.FORWARD, 1000, 1, 10));
    rows.add(new ProfileRow(0, Instruction.FORWARD, 990, 1.5, 12));
    rows.add(new ProfileRow(0, Instruction.FORWARD, 980, 1.2, 13));
    rows.add(new ProfileRow(0, Instruction.BACKWARD, 900, 2, 20));
    rows.add(new ProfileRow(0, Instruction.BACKWARD, 890, 2.1, 19));
    PlanningProblem problem =
        PlanningProblem.of(
                new StageProfile(rows, ProfileNotes.none("a test")),
                Schedules.GPIPE,
                8,
                new double[] {1})
            .withMinDwell(10);
    // The eight forwards together take 8 s at 1000 MHz, 12 s at 990 MHz, or 9.6 s at 980 MHz.
    // The eight backwards together take at least 16 s. Every clock must be held for 10 s.
    List<Plan> plans = Planners.PERSEUS.plan(problem, new PlanRequest(5)).plans();
    assertThat(plans).isNotEmpty();
    for (Plan plan : plans) {
      for (int j : problem.dag().laneComputations(0)) {
        assertThat(plan.choice(j).frequencyMhz()).isIn(990, 900, 890);
      }
    }
  }

  /**
   * The optimum was computed as a mixed-integer linear program with HiGHS in SciPy 1.17. It is the
   * energy in joules, minus the energy of waiting with 75 W per stage. Times are {@code seconds *
   * (0.8 / c + 0.2)}, and powers are {@code 80 + 180 c^3} watts, where c is the clock as a fraction
   * of 1410 MHz.
   */
  @ParameterizedTest
  @CsvSource({
    "1.25, 1.05, 4, 0.3, 0.8951, 229.00758346922404",
    "1.25, 1.28, 4, 0.4, 0.9746, 261.74094203970327",
    "1.37, 1.04, 4, 0.2, 0.9471, 237.25938714892237",
    "1.02, 1.03, 3, 0.2, 0.6658, 137.34758957616160",
    "1.06, 1.15, 3, 0.2, 0.6900, 166.21367803384734"
  })
  void plansOfSmallProblemsAreCloseToTheOptimum(
      double first, double second, int microbatches, double dwell, double time, double optimum) {
    List<ProfileRow> rows = new ArrayList<>();
    double[] weights = {first, second};
    for (int stage = 0; stage < 2; stage++) {
      for (int mhz : new int[] {1410, 1350, 1290, 1230}) {
        double c = mhz / 1410.0;
        double stretch = weights[stage] * (0.8 / c + 0.2);
        double watts = 80 + 180 * c * c * c;
        rows.add(
            new ProfileRow(
                stage, Instruction.FORWARD, mhz, 0.05 * stretch, 0.05 * stretch * watts));
        rows.add(
            new ProfileRow(stage, Instruction.BACKWARD, mhz, 0.1 * stretch, 0.1 * stretch * watts));
      }
    }
    PlanningProblem problem =
        PlanningProblem.of(
                new StageProfile(rows, ProfileNotes.none("a test")),
                Schedules.ONE_FORWARD_ONE_BACKWARD,
                microbatches,
                new double[] {75, 75})
            .withMinDwell(dwell);
    double best =
        Planners.PERSEUS
            .plan(problem, new PlanRequest(5, new double[] {time}, Effort.DEFAULT, Progress.NONE))
            .plans()
            .stream()
            .filter(plan -> plan.timeSeconds() <= time)
            .mapToDouble(Plan::effectiveEnergyJoules)
            .min()
            .orElseThrow();
    double waiting = problem.totalBlockingWatts() * time;
    assertThat(best - optimum).isBetween(-1e-6 * waiting, 5e-4 * (optimum + waiting));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5})
  void longerHoldsCostEnergyButLessThanOneClockForEachRank(double seconds) {
    PlanningProblem problem = PlannerBenchmark.problem(4, 12);
    double time = 1.05 * Plan.allMax(problem).timeSeconds();
    PlanRequest request = new PlanRequest(5, new double[] {time}, Effort.FAST, Progress.NONE);
    double free = joules(Planners.PERSEUS.plan(problem, request), time);
    double held = joules(Planners.PERSEUS.plan(problem.withMinDwell(seconds), request), time);
    double forever = joules(Planners.PERSEUS.plan(problem.withMinDwell(1000), request), time);
    assertThat(held).isBetween(free * 0.9999, forever * 0.999);
  }

  private static double joules(Frontier frontier, double time) {
    return frontier.plans().stream()
        .filter(plan -> plan.timeSeconds() <= time)
        .findFirst()
        .orElseThrow()
        .energyJoules();
  }

  private static PlanningProblem oneStage(int forwardMhz, int backwardMhz, double dwell) {
    List<ProfileRow> rows = new ArrayList<>();
    rows.add(new ProfileRow(0, Instruction.FORWARD, forwardMhz, 1, 10));
    rows.add(new ProfileRow(0, Instruction.BACKWARD, backwardMhz, 2, 20));
    return PlanningProblem.of(
            new StageProfile(rows, ProfileNotes.none("a test")),
            Schedules.GPIPE,
            2,
            new double[] {1})
        .withMinDwell(dwell);
  }

  @Test
  void everyRunIsFromItsFirstToItsLastComputation() {
    // The order of the forwards (F) and backwards (B) is F0 F1 B1 B0. The two forwards together
    // take 2 s, and the two backwards together take 4 s.
    PlanningProblem problem = oneStage(1000, 900, 2);
    assertThat(Plan.allMax(problem).holdsClocks()).isTrue();
    assertThat(Plan.allMax(problem.withMinDwell(2.001)).holdsClocks()).isFalse();
    assertThat(Plan.allMax(oneStage(1000, 1000, 100)).holdsClocks()).isTrue();
    assertThatThrownBy(() -> Planners.PERSEUS.plan(problem.withMinDwell(2.001), new PlanRequest(3)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("2.001 s")
        .hasMessageContaining("no frequency in common");
  }

  @Test
  void clockIsHeldOverTheBorderOfIterations() {
    List<ProfileRow> rows = new ArrayList<>();
    for (int mhz : new int[] {1000, 900}) {
      rows.add(new ProfileRow(0, Instruction.FORWARD, mhz, 1, 10));
      rows.add(new ProfileRow(0, Instruction.BACKWARD, mhz, 1, 10));
    }
    PlanningProblem problem =
        PlanningProblem.of(
            new StageProfile(rows, ProfileNotes.none("a test")),
            Schedules.ONE_FORWARD_ONE_BACKWARD,
            3,
            new double[] {1});
    int[] clocks = {1000, 1000, 900, 900, 900, 1000};
    Plan plan =
        Plan.of(
            problem.withMinDwell(3),
            j ->
                problem.options(j).measured().stream()
                    .filter(row -> row.frequencyMhz() == clocks[j])
                    .findFirst()
                    .orElseThrow());
    assertThat(plan.holdsClocks()).isTrue();
    assertThat(Plan.of(problem.withMinDwell(3.1), plan::choice).holdsClocks()).isFalse();
  }

  @Test
  void timeThatIsNegativeOrNotFiniteIsRefused() {
    PlanningProblem problem = PlannerBenchmark.problem(2, 2);
    for (double seconds : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> problem.withMinDwell(seconds))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("hold a clock");
    }
  }
}
