package perseus.planner.switching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.planner.Planner;
import perseus.planner.PlannerBenchmark;
import perseus.planner.Planners;
import perseus.planner.RandomProblems;
import perseus.planner.problem.Effort;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/** Tests plans for problems in which a clock change takes time. */
class SwitchCostTest {
  /** Tolerance for rounding errors of sums of energies, as a fraction of the energy. */
  private static final double ROUNDING = 1e-12;

  /**
   * Returns the makespan of a plan in seconds. The method simulates the iteration, and tracks the
   * clock of each rank and the time at which the rank is free.
   */
  private static double simulate(PlanningProblem problem, Plan plan, double switchSeconds) {
    IterationDag dag = problem.dag();
    double[] free = new double[dag.lanes()];
    double[] computed = new double[dag.lanes()];
    int[] clock = new int[dag.lanes()];
    double[] ends = new double[dag.size()];
    double end = 0;
    for (Operation operation : dag.operations()) {
      int j = operation.index();
      int lane = dag.lane(j);
      double start = free[lane];
      for (int p : dag.predecessors(j)) {
        start = Math.max(start, ends[p] + dag.transferSeconds(p, j));
      }
      int wanted = plan.choice(j).frequencyMhz();
      if (operation.instruction().isComputation()) {
        if (clock[lane] != 0 && clock[lane] != wanted) {
          start = Math.max(start, computed[lane] + switchSeconds);
        }
        clock[lane] = wanted;
        computed[lane] = start + plan.choice(j).timeSeconds();
      }
      ends[j] = start + plan.choice(j).timeSeconds();
      free[lane] = ends[j];
      end = Math.max(end, ends[j]);
    }
    return Math.max(end, longestRank(problem, plan, ends, switchSeconds));
  }

  /**
   * Returns the longest time in seconds of any rank from its first computation until it can start
   * the next iteration.
   */
  private static double longestRank(
      PlanningProblem problem, Plan plan, double[] ends, double switchSeconds) {
    double longest = 0;
    for (int lane = 0; lane < problem.dag().lanes(); lane++) {
      int first = -1;
      int last = -1;
      for (int j : problem.dag().laneOperations(lane)) {
        if (problem.dag().operations().get(j).instruction().isComputation()) {
          first = first < 0 ? j : first;
          last = j;
        }
      }
      if (plan.choice(first).frequencyMhz() != plan.choice(last).frequencyMhz()) {
        double start = ends[first] - plan.choice(first).timeSeconds();
        longest = Math.max(longest, ends[last] + switchSeconds - start);
      }
    }
    return longest;
  }

  @Property(tries = 60)
  void makespansEqualASimulationAndPlansForATimeAreInTime(
      @ForAll @LongRange(min = 0) long seed,
      @ForAll @IntRange(min = 1, max = 50) int milliseconds) {
    double seconds = 1e-3 * milliseconds;
    PlanningProblem problem = RandomProblems.problem(seed, 4, 6, 6).withSwitchCost(seconds);
    Plan allMax = Plan.allMax(problem);
    double requested = 1.1 * allMax.timeSeconds();
    Frontier planned =
        Planners.PERSEUS.plan(
            problem, new PlanRequest(12, new double[] {requested}, Effort.FAST, Progress.NONE));
    assertThat(planned.fastest().timeSeconds()).isLessThanOrEqualTo(allMax.timeSeconds());
    assertThat(slowestWithin(planned, requested).effectiveEnergyJoules())
        .isLessThanOrEqualTo(slowestWithin(planned, allMax.timeSeconds()).effectiveEnergyJoules());
    for (Plan plan : planned.plans()) {
      assertThat(plan.timeSeconds()).isCloseTo(simulate(problem, plan, seconds), within(1e-12));
      assertThat(planned.gap(plan)).isGreaterThanOrEqualTo(-1e-9);
    }
  }

  @Property(tries = 40)
  void plansOfTinyProblemsAreOptimal(@ForAll @LongRange(min = 0) long seed) {
    PlanningProblem problem = RandomProblems.problem(seed, 2, 2, 3).withSwitchCost(0.01);
    Assume.that(!RandomProblems.isSteep(problem));
    Frontier planned = Planners.PERSEUS.plan(problem, new PlanRequest(20));
    List<Plan> every = RandomProblems.everyPlan(problem);
    for (Plan plan : planned.plans()) {
      RandomProblems.assertOptimal(plan, every);
    }
  }

  @Property(tries = 20)
  void noBaselineAndNoPlanThatIgnoresChangesIsBetter(
      @ForAll @LongRange(min = 0) long seed,
      @ForAll @IntRange(min = 1, max = 50) int milliseconds) {
    PlanningProblem free = RandomProblems.problem(seed, 4, 6, 6);
    PlanningProblem problem = free.withSwitchCost(1e-3 * milliseconds);
    PlanRequest request = new PlanRequest(8, new double[0], Effort.FAST, Progress.NONE);
    List<Plan> planned = Planners.PERSEUS.plan(problem, request).plans();
    List<Plan> others = new ArrayList<>();
    for (Plan plan : Planners.PERSEUS.plan(free, request).plans()) {
      others.add(Plan.of(problem, plan::choice));
    }
    for (Planner planner : Planners.all()) {
      try {
        others.addAll(planner.plan(problem, request).plans());
      } catch (UserError e) {
        // The uniform planner cannot plan a problem without a frequency that all computations have.
        assertThat(e).hasMessageContaining("frequency");
      }
    }
    double shortest = planned.get(planned.size() - 1).timeSeconds();
    for (Plan other : others) {
      assertThat(shortest).isLessThanOrEqualTo(other.timeSeconds());
      for (Plan plan : planned) {
        if (other.timeSeconds() <= plan.timeSeconds()) {
          assertThat(plan.effectiveEnergyJoules())
              .isLessThanOrEqualTo(other.effectiveEnergyJoules() + ROUNDING * other.energyJoules());
        }
      }
    }
  }

  private static Frontier fast(PlanningProblem problem, double seconds) {
    return Planners.PERSEUS.plan(
        problem, new PlanRequest(10, new double[] {seconds}, Effort.FAST, Progress.NONE));
  }

  /**
   * Returns the slowest plan that takes at most a time in seconds. The slowest plan has the lowest
   * effective energy of all plans within this time.
   */
  private static Plan slowestWithin(Frontier planned, double seconds) {
    return planned.plans().stream()
        .filter(plan -> plan.timeSeconds() <= seconds)
        .findFirst()
        .orElseThrow();
  }

  /**
   * Returns a problem in which forwards are fastest at the highest clock, and backwards are fastest
   * at the second highest clock.
   */
  private static PlanningProblem fastestAtTwoClocks() {
    List<ProfileRow> rows = new ArrayList<>();
    for (ProfileRow row : PlannerBenchmark.profile(4).rows()) {
      boolean fastest =
          row.frequencyMhz() == (row.instruction().equals(Instruction.FORWARD) ? 1410 : 1395);
      rows.add(row(row, fastest ? 0.97 : 1, Map.of()));
    }
    return PlannerBenchmark.problem(new StageProfile(rows, ProfileNotes.none("a test")), 12, 84);
  }

  /**
   * Returns a row with its time multiplied by a factor, and its energy divided by the same factor.
   */
  private static ProfileRow row(ProfileRow row, double factor, Map<String, String> knobs) {
    return new ProfileRow(
        row.stage(),
        row.instruction(),
        row.frequencyMhz(),
        factor * row.timeSeconds(),
        row.energyJoules() / factor,
        knobs,
        row.quality());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.05, 0.2})
  void timeSlightlyAboveAllMaxGetsItsOwnPlan(double switchSeconds) {
    PlanningProblem problem = fastestAtTwoClocks().withSwitchCost(switchSeconds);
    Plan allMax = Plan.allMax(problem);
    double requested = 1.1 * allMax.timeSeconds();
    Plan plan = slowestWithin(fast(problem, requested), requested);
    assertThat(plan.timeSeconds()).isGreaterThan(1.02 * allMax.timeSeconds());
    assertThat(plan.energyJoules()).isLessThan(0.9 * allMax.energyJoules());
  }

  @Test
  void veryShortChangesMakeAlmostNoDifference() {
    PlanningProblem problem = PlannerBenchmark.problem(4, 12);
    Frontier free = Planners.PERSEUS.plan(problem, new PlanRequest(20));
    Frontier cheap = Planners.PERSEUS.plan(problem.withSwitchCost(1e-12), new PlanRequest(20));
    for (Plan plan : free.plans()) {
      // If every operation lies on a longest path, a plan that changes clocks misses the deadline.
      // With 0.3 % more time, the same plan meets the deadline.
      assertThat(slowestWithin(cheap, 1.003 * plan.timeSeconds()).energyJoules())
          .isLessThan(1.001 * plan.energyJoules());
    }
  }

  @Test
  void fastestPlanTakesTheFasterOfTwoOptionsAtTheHighestClock() {
    List<ProfileRow> rows = new ArrayList<>();
    for (ProfileRow row : PlannerBenchmark.profile(4).rows()) {
      rows.add(row(row, 1, Map.of("algorithm", "fast")));
      rows.add(row(row, 1.1, Map.of("algorithm", "frugal")));
    }
    PlanningProblem problem =
        PlannerBenchmark.problem(new StageProfile(rows, ProfileNotes.none("a test")), 6, 84)
            .withSwitchCost(0.01);
    Frontier planned = Planners.PERSEUS.plan(problem, new PlanRequest(5));
    assertThat(planned.fastest().timeSeconds())
        .isLessThanOrEqualTo(Plan.allMax(problem).timeSeconds());
  }

  @Test
  void longerChangesOfClockMakePlansWithFewerOfThem() {
    PlanningProblem problem = PlannerBenchmark.problem(4, 12);
    double time = 1.15 * Plan.allMax(problem).timeSeconds();
    int free = changes(problem, time);
    int at1Millisecond = changes(problem.withSwitchCost(0.001), time);
    int at20Milliseconds = changes(problem.withSwitchCost(0.02), time);
    assertThat(at20Milliseconds).isLessThan(at1Millisecond / 2).isLessThan(free / 2);
  }

  private static int changes(PlanningProblem problem, double time) {
    return fast(problem, time).plans().stream()
        .filter(plan -> plan.timeSeconds() <= time)
        .findFirst()
        .orElseThrow()
        .clockChanges();
  }

  @Test
  void planThatConsidersChangesTakesLessEnergyThanOneThatIgnoresThem() {
    PlanningProblem problem = PlannerBenchmark.problem(4, 12);
    PlanningProblem withCost = problem.withSwitchCost(0.01);
    Plan unaware =
        Planners.PERSEUS
            .plan(problem, new PlanRequest(1, 1.1 * Plan.allMax(problem).timeSeconds()))
            .plans()
            .get(1);
    Plan unawareWithCost = Plan.of(withCost, unaware::choice);
    Plan aware =
        fast(withCost, unawareWithCost.timeSeconds()).plans().stream()
            .filter(plan -> plan.timeSeconds() <= unawareWithCost.timeSeconds())
            .findFirst()
            .orElseThrow();
    assertThat(aware.energyJoules()).isLessThan(unawareWithCost.energyJoules());
  }

  @Test
  void costThatIsNegativeOrNotFiniteIsRejected() {
    PlanningProblem problem = PlannerBenchmark.problem(2, 2);
    for (double seconds : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> problem.withSwitchCost(seconds))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("change of clock");
    }
  }
}
