package perseus.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import perseus.io.Progress;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.problem.Effort;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/** Checks properties of the planner on a few hundred random problems. */
class PlannerPropertiesTest {
  private static final double TOLERANCE = 1e-9;

  @Property(tries = 300)
  void boundIsConvexAndLowestAtTheTimeOfLeastEnergy(@ForAll @LongRange(min = 0) long seed) {
    PlanningProblem problem = RandomProblems.problem(seed, 4, 6, 6);
    LowerBound bound = LowerBoundSolver.bound(problem);
    double steepest = Double.NEGATIVE_INFINITY;
    for (int i = bound.size() - 1; i > 0; i--) {
      double length = bound.time(i - 1) - bound.time(i);
      assertThat(length).isPositive();
      double slope = (bound.energy(i - 1) - bound.energy(i)) / length;
      assertThat(slope).isGreaterThanOrEqualTo(steepest - 1e-3);
      steepest = slope;
    }
    assertThat(bound.bound(bound.timeOfLeastEnergy()))
        .isLessThanOrEqualTo(bound.energy(0) + TOLERANCE)
        .isLessThanOrEqualTo(bound.energy(bound.size() - 1) + TOLERANCE);
  }

  @Property(tries = 60)
  void boundEqualsTheOptimumOfTheLinearProgram(@ForAll @LongRange(min = 0) long seed) {
    PlanningProblem problem = RandomProblems.problem(seed, 3, 4, 5);
    // The linear program solver is not accurate enough for steep options, which save very much
    // energy for little additional time.
    Assume.that(!RandomProblems.isSteep(problem));
    LowerBound bound = LowerBoundSolver.bound(problem);
    double shortest = bound.shortestTime();
    double longest = bound.timeOfLeastEffectiveEnergy();
    for (double share : new double[] {0.001, 0.21, 0.5, 0.83, 1}) {
      double time = shortest + share * (longest - shortest) + 1e-9;
      double expected = LinearProgram.bound(problem, time);
      assertThat(bound.bound(time)).isCloseTo(expected, within(1e-6 * Math.abs(expected) + 1e-7));
    }
  }

  @Property(tries = 300)
  void plansAreNeverBelowTheBoundAndTheFastestIsAsFastAsAllMax(
      @ForAll @LongRange(min = 0) long seed) {
    PlanningProblem problem = RandomProblems.problem(seed, 4, 6, 6);
    Frontier frontier = Planners.PERSEUS.plan(problem, new PlanRequest(20));
    Plan allMax = Plan.allMax(problem);
    Plan allFastest = Plan.of(problem, j -> problem.options(j).option(0));
    assertThat(frontier.fastest().timeSeconds())
        .isLessThanOrEqualTo(allFastest.timeSeconds())
        .isLessThanOrEqualTo(allMax.timeSeconds());
    for (Plan plan : frontier.plans()) {
      assertThat(frontier.gap(plan)).isGreaterThanOrEqualTo(-TOLERANCE);
    }
  }

  @Property(tries = 100)
  void planForATimeIsNearlyAsGoodAsAnyOtherPlanWithinIt(@ForAll @LongRange(min = 0) long seed) {
    PlanningProblem problem = RandomProblems.problem(seed, 4, 6, 6);
    LowerBound bound = LowerBoundSolver.bound(problem);
    double time = 0.7 * bound.shortestTime() + 0.3 * bound.timeOfLeastEffectiveEnergy();
    Frontier frontier = Planners.PERSEUS.plan(problem, new PlanRequest(1, new double[] {time}));
    Plan slowest =
        frontier.plans().stream()
            .filter(plan -> plan.timeSeconds() <= time)
            .findFirst()
            .orElseThrow();
    Frontier many = Planners.PERSEUS.plan(problem, new PlanRequest(20));
    double allowed = 0.02 * Math.abs(slowest.energyJoules());
    for (Plan plan : many.plans()) {
      if (plan.timeSeconds() <= time) {
        assertThat(slowest.effectiveEnergyJoules())
            .isLessThanOrEqualTo(plan.effectiveEnergyJoules() + allowed);
      }
    }
  }

  @Property(tries = 20)
  void planningIsDeterministic(@ForAll @LongRange(min = 0) long seed) {
    for (double switchSeconds : new double[] {0, 0.01}) {
      List<Plan> first = plans(seed, switchSeconds);
      List<Plan> second = plans(seed, switchSeconds);
      assertThat(second).hasSameSizeAs(first);
      for (int i = 0; i < first.size(); i++) {
        assertThat(frequencies(second.get(i))).isEqualTo(frequencies(first.get(i)));
      }
    }
  }

  private static List<Plan> plans(long seed, double switchSeconds) {
    PlanningProblem problem = RandomProblems.problem(seed, 6, 12, 6).withSwitchCost(switchSeconds);
    return Planners.PERSEUS.plan(problem, new PlanRequest(5)).plans();
  }

  private static int[] frequencies(Plan plan) {
    return IntStream.range(0, plan.timeline().size())
        .map(j -> plan.choice(j).frequencyMhz())
        .toArray();
  }

  @Property(tries = 40)
  void moreEffortNeverRaisesTheEnergy(@ForAll @LongRange(min = 0) long seed) {
    PlanningProblem problem = RandomProblems.problem(seed, 6, 12, 6);
    LowerBound bound = LowerBoundSolver.bound(problem);
    double span = bound.timeOfLeastEffectiveEnergy() - bound.shortestTime();
    double[] times = new double[4];
    Arrays.setAll(times, i -> bound.shortestTime() + (i + 1) / 8.0 * span);
    double[] lowest = new double[times.length];
    Arrays.fill(lowest, Double.POSITIVE_INFINITY);
    for (Effort effort : Effort.values()) {
      Frontier frontier =
          Planners.PERSEUS.plan(problem, new PlanRequest(1, times, effort, Progress.NONE));
      for (int i = 0; i < times.length; i++) {
        double time = times[i];
        double energy =
            frontier.plans().stream()
                .filter(plan -> plan.timeSeconds() <= time)
                .mapToDouble(Plan::effectiveEnergyJoules)
                .min()
                .orElseThrow();
        assertThat(energy).isLessThanOrEqualTo(lowest[i] + TOLERANCE);
        lowest[i] = energy;
      }
    }
  }

  @Property(tries = 40)
  void noPlanIsBelowTheBoundAndTheSlowestHasTheLeastEffectiveEnergy(
      @ForAll @LongRange(min = 0) long seed) {
    PlanningProblem problem = RandomProblems.problem(seed, 2, 2, 3);
    LowerBound bound = LowerBoundSolver.bound(problem);
    Frontier frontier = Planners.PERSEUS.plan(problem, new PlanRequest(PlanRequest.ALL));
    for (Plan plan : RandomProblems.everyPlan(problem)) {
      double lower = bound.bound(plan.timeSeconds());
      assertThat(plan.energyJoules()).isGreaterThanOrEqualTo(lower - TOLERANCE * lower);
    }
    Plan slowest = frontier.plans().get(0);
    double leastEffective =
        RandomProblems.everyPlan(problem).stream()
            .mapToDouble(Plan::effectiveEnergyJoules)
            .min()
            .orElseThrow();
    assertThat(slowest.effectiveEnergyJoules())
        .isCloseTo(leastEffective, within(1e-9 * Math.abs(leastEffective) + 1e-9));
  }

  @Example
  void twoOptionsOfAlmostEqualTimeDoNotCoarsenTheOtherSlopes() {
    List<ProfileRow> rows = new ArrayList<>(PlannerBenchmark.profile(4).rows());
    int breakpoints = bound(rows).size();
    ProfileRow fastest = rows.get(0);
    rows.add(
        new ProfileRow(
            fastest.stage(),
            fastest.instruction(),
            fastest.frequencyMhz() + 15,
            Math.nextDown(fastest.timeSeconds()),
            fastest.energyJoules() + 10));
    assertThat(bound(rows).size()).isCloseTo(breakpoints, within(10));
    Frontier planned = Planners.PERSEUS.plan(problem(rows), new PlanRequest(20));
    for (Plan plan : planned.plans()) {
      assertThat(planned.gap(plan)).isGreaterThanOrEqualTo(-TOLERANCE);
    }
  }

  private static LowerBound bound(List<ProfileRow> rows) {
    return LowerBoundSolver.bound(problem(rows));
  }

  private static PlanningProblem problem(List<ProfileRow> rows) {
    return PlannerBenchmark.problem(new StageProfile(rows, ProfileNotes.none("a test")), 12, 84);
  }
}
