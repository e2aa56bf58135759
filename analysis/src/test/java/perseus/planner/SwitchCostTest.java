package perseus.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.recording.InputException;

/** Plans where a change of clock takes time. */
class SwitchCostTest {
  /** An iteration replayed operation by operation: when each rank is free, and at which clock. */
  private static double replay(PlanningProblem problem, Plan plan, double switchSeconds) {
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
    return end;
  }

  @Property(tries = 150)
  void plansTakeAsLongAsAReplayAndNeverLongerThanAsked(
      @ForAll @LongRange(min = 0) long seed,
      @ForAll @IntRange(min = 1, max = 50) int milliseconds) {
    double seconds = 1e-3 * milliseconds;
    PlanningProblem problem = RandomProblems.problem(seed, 4, 6, 6).withSwitchCost(seconds);
    Plan allMax = Plan.allMax(problem);
    double asked = 1.1 * allMax.timeSeconds();
    PlannedFrontier planned = Planner.PERSEUS.plan(problem, new PlanRequest(12, asked));
    assertThat(planned.fastest().timeSeconds()).isLessThanOrEqualTo(allMax.timeSeconds());
    assertThat(planned.plans()).anyMatch(plan -> plan.timeSeconds() <= asked);
    for (Plan plan : planned.plans()) {
      assertThat(plan.timeSeconds()).isCloseTo(replay(problem, plan, seconds), within(1e-12));
      assertThat(planned.gap(plan)).isGreaterThanOrEqualTo(-1e-9);
    }
  }

  @Property(tries = 40)
  void plansOfTinyIterationsAreNearTheBestThereIs(@ForAll @LongRange(min = 0) long seed) {
    PlanningProblem problem = RandomProblems.problem(seed, 2, 2, 3).withSwitchCost(0.01);
    PlannedFrontier planned = Planner.PERSEUS.plan(problem, new PlanRequest(20));
    List<Plan> every = RandomProblems.everyPlan(problem);
    for (Plan plan : planned.plans()) {
      double best =
          every.stream()
              .filter(other -> other.timeSeconds() <= plan.timeSeconds())
              .mapToDouble(Plan::effectiveEnergyJoules)
              .min()
              .orElseThrow();
      double scale = Math.abs(best) + problem.totalBlockingWatts() * plan.timeSeconds();
      assertThat(plan.effectiveEnergyJoules()).isBetween(best - 1e-9 * scale, best + 0.1 * scale);
    }
  }

  @Test
  void dearChangesOfClockLeadToFewerOfThem() {
    PlanningProblem problem = PlannerBenchmark.problem(4, 12);
    double time = 1.15 * Plan.allMax(problem).timeSeconds();
    int free = changes(problem, time);
    int cheap = changes(problem.withSwitchCost(0.001), time);
    int dear = changes(problem.withSwitchCost(0.02), time);
    assertThat(dear).isLessThan(cheap / 2).isLessThan(free / 2);
  }

  private static int changes(PlanningProblem problem, double time) {
    return Planner.PERSEUS.plan(problem, new PlanRequest(10, time)).plans().stream()
        .filter(plan -> plan.timeSeconds() <= time)
        .findFirst()
        .orElseThrow()
        .clockChanges();
  }

  @Test
  void planForDearChangesBeatsOneThatDoesNotKnowOfThem() {
    PlanningProblem problem = PlannerBenchmark.problem(4, 12);
    PlanningProblem dear = problem.withSwitchCost(0.01);
    Plan unaware =
        Planner.PERSEUS
            .plan(problem, new PlanRequest(1, 1.1 * Plan.allMax(problem).timeSeconds()))
            .plans()
            .get(1);
    Plan replayed = Plan.of(dear, unaware::choice);
    Plan aware =
        Planner.PERSEUS.plan(dear, new PlanRequest(10, replayed.timeSeconds())).plans().stream()
            .filter(plan -> plan.timeSeconds() <= replayed.timeSeconds())
            .findFirst()
            .orElseThrow();
    assertThat(aware.energyJoules()).isLessThan(replayed.energyJoules());
  }

  @Test
  void refusesACostThatIsNone() {
    PlanningProblem problem = PlannerBenchmark.problem(2, 2);
    for (double seconds : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> problem.withSwitchCost(seconds))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("change of clock");
    }
  }
}
