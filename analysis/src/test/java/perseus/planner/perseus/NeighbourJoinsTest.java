package perseus.planner.perseus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.io.Progress;
import perseus.planner.PlannerBenchmark;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.OptionTables;
import perseus.planner.network.TickScale;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.rounding.RelaxedRounding;
import perseus.planner.rounding.RoundedPlan;

/** Tests that plans for neighbouring iteration times are joined to better plans. */
class NeighbourJoinsTest {
  private final PlanningProblem problem = PlannerBenchmark.problem(4, 24);
  private final TickScale scale = new TickScale(problem);
  private final OptionTables network = new OptionTables(problem, scale);
  private final EventNetwork events = new EventNetwork(problem.dag(), scale);
  private final RelaxedRounding rounding = new RelaxedRounding(problem, scale, events, network);

  /** Returns rounded plans for evenly spaced times, the slowest first. */
  private List<RoundedPlan> plans() {
    List<RoundedPlan> plans = new ArrayList<>();
    double shortest = problem.shortestSeconds();
    LowerBoundSolver.of(problem, scale, events, true, Progress.NONE)
        .solve(
            new PlanRequest(81).targets(shortest, 1.4 * shortest),
            (target, solution) -> plans.add(rounding.round(solution)));
    return plans;
  }

  @Test
  void noPlanGetsWorseOrLateAndTheMeanGapFalls() {
    List<RoundedPlan> plans = plans();
    double[] before = plans.stream().mapToDouble(RoundedPlan::gap).toArray();
    try (Workers workers = new Workers()) {
      new NeighbourJoins(plans, plan -> false, rounding, workers).improve();
    }
    double gained = 0;
    for (int i = 0; i < before.length; i++) {
      RoundedPlan plan = plans.get(i);
      assertThat(plan.gap()).isLessThanOrEqualTo(before[i]).isNotNegative();
      assertThat(network.endsBy(plan.choices(), plan.deadline())).isTrue();
      gained += before[i] - plan.gap();
    }
    assertThat(gained / before.length).isGreaterThan(1e-5);
  }

  @Test
  void fixedPlansStayAndOneGoodPlanImprovesThePlansAroundIt() {
    List<RoundedPlan> plans = plans();
    int worst = 40;
    int[] slow = plans.get(worst).choices().clone();
    // The plan in the middle runs as fast as possible, so its two neighbours are better.
    Arrays.fill(plans.get(worst).choices(), 0);
    double before = plans.get(worst).gap();
    try (Workers workers = new Workers()) {
      new NeighbourJoins(plans, plan -> true, rounding, workers).improve();
      assertThat(plans.get(worst).gap()).isEqualTo(before);
      new NeighbourJoins(plans, plan -> plan != plans.get(worst), rounding, workers).improve();
    }
    assertThat(plans.get(worst).gap()).isLessThan(before / 2);
    assertThat(network.energy(plans.get(worst).choices())).isLessThan(1.01 * network.energy(slow));
  }
}
