package perseus.planner.bound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import perseus.io.Progress;
import perseus.pipeline.IterationDag;
import perseus.planner.PlannerBenchmark;
import perseus.planner.RandomProblems;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.IntegerHull;
import perseus.planner.network.TickScale;
import perseus.planner.perseus.PerseusPlanner;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/**
 * Compares the approximate bound of {@link CertifiedSolver} with the exact bound, which another
 * solver computes.
 */
class CertifiedSolverTest {
  private static final LowerBoundSolver.Visitor IGNORE = (target, solution) -> {};

  /** Tolerance for rounding errors, as a fraction of the compared value. */
  private static final double ROUNDING = 1e-8;

  /**
   * Maximum relative difference between the times of two options that the solvers merge into one
   * option.
   */
  private static final double SAME_TIME = 2e-9;

  @Property(tries = 200)
  void boundIsWithinItsCertificateOfTheExactBound(@ForAll @LongRange(min = 0) long seed) {
    PlanningProblem problem = RandomProblems.problem(seed, 4, 6, 6);
    TickScale scale = new TickScale(problem);
    EventNetwork events = new EventNetwork(problem.dag(), scale);
    LowerBound exact =
        new BreakpointSolver(problem, scale, events, Progress.NONE).solve(new double[0], IGNORE);
    LowerBound certified =
        new CertifiedSolver(problem, scale, events, Progress.NONE).solve(new double[0], IGNORE);
    assertThat(certified.certificate()).isNotNegative();
    if (!RandomProblems.isSteep(problem)) {
      assertThat(certified.certificate()).isLessThan(1.01 * CertifiedSolver.CERTIFICATE);
    }
    assertThat(certified.shortestTime()).isEqualTo(exact.shortestTime());
    assertThat(certified.timeOfLeastEffectiveEnergy())
        .isEqualTo(exact.timeOfLeastEffectiveEnergy());
    for (int i = 0; i <= 100; i++) {
      double time = exact.shortestTime() + i / 100.0 * (exact.time(0) - exact.shortestTime());
      double expected = exact.bound(time);
      assertThat(certified.bound(time))
          .isLessThanOrEqualTo(exact.bound(time * (1 - SAME_TIME)) + ROUNDING * Math.abs(expected))
          .isGreaterThanOrEqualTo(
              expected / (1 + certified.certificate()) - ROUNDING * Math.abs(expected));
    }
  }

  @Property(tries = 60)
  void eventsAtATargetTimeKeepAllPrecedencesAndTheDeadline(@ForAll @LongRange(min = 0) long seed) {
    PlanningProblem problem = RandomProblems.problem(seed, 4, 6, 6);
    TickScale scale = new TickScale(problem);
    double shortest = LowerBoundSolver.bound(problem).shortestTime();
    double longest = LowerBoundSolver.bound(problem).timeOfLeastEffectiveEnergy();
    double[] times = {longest, 0.4 * longest + 0.6 * shortest, shortest};
    EventNetwork network = new EventNetwork(problem.dag(), scale);
    List<Integer> seen = new ArrayList<>();
    new CertifiedSolver(problem, scale, network, Progress.NONE)
        .solve(
            times,
            (target, solution) -> {
              seen.add(target);
              if (target != LowerBoundSolver.LEAST_ENERGY) {
                assertThat(solution.makespan())
                    .isBetween(scale.ticks(shortest), scale.deadline(times[target]));
              }
              requirePrecedences(
                  problem, scale, network.operationEvents(solution.events()), solution.makespan());
            });
    assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, LowerBoundSolver.LEAST_ENERGY);
  }

  private static void requirePrecedences(
      PlanningProblem problem, TickScale scale, long[] events, long makespan) {
    IterationDag dag = problem.dag();
    for (int j = 0; j < dag.size(); j++) {
      IntegerHull hull = scale.hull(j);
      assertThat(events[2 * j + 1] - events[2 * j])
          .isBetween(hull.fastestTicks(), hull.slowestTicks());
      assertThat(events[2 * j + 1]).isLessThanOrEqualTo(makespan);
      for (int p : dag.predecessors(j)) {
        assertThat(events[2 * j] - events[2 * p + 1])
            .isGreaterThanOrEqualTo(scale.transferTicks(p, j));
      }
    }
  }

  @Test
  void plansFromACertifiedBoundAreOnTimeAndCloseToIt() {
    PlanningProblem problem = PlannerBenchmark.problem(8, 24);
    Frontier planned = new PerseusPlanner(problem, false, List.of()).plan(new PlanRequest(5));
    assertThat(planned.bound().certificate()).isBetween(0.0, CertifiedSolver.CERTIFICATE);
    assertThat(planned.fastest().timeSeconds())
        .isCloseTo(planned.bound().shortestTime(), within(1e-9));
    for (Plan plan : planned.plans()) {
      assertThat(planned.gap(plan)).isBetween(-1e-9, 0.005);
    }
  }
}
