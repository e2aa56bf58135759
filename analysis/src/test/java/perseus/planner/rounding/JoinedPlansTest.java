package perseus.planner.rounding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import perseus.io.Progress;
import perseus.planner.PlannerBenchmark;
import perseus.planner.RandomProblems;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.bound.RelaxedSolution;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.OptionTables;
import perseus.planner.network.TickScale;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/** Tests plans that are joined from a slower and a faster plan. */
class JoinedPlansTest {
  /** Holds a problem with rounded plans for evenly spaced times, the slowest first. */
  private static final class Case {
    final OptionTables network;
    final RelaxedRounding rounding;
    final List<RelaxedSolution> solutions = new ArrayList<>();
    final List<RoundedPlan> plans = new ArrayList<>();

    Case(PlanningProblem problem, int count) {
      TickScale scale = new TickScale(problem);
      network = new OptionTables(problem, scale);
      EventNetwork events = new EventNetwork(problem.dag(), scale);
      rounding = new RelaxedRounding(problem, scale, events, network);
      double longest = problem.shortestSeconds() * 2;
      LowerBoundSolver.of(problem, scale, events, true, Progress.NONE)
          .solve(
              new PlanRequest(count).targets(problem.shortestSeconds(), longest),
              (target, solution) -> {
                if (target != LowerBoundSolver.LEAST_ENERGY) {
                  solutions.add(solution);
                  plans.add(rounding.round(solution));
                }
              });
    }
  }

  @Property(tries = 100)
  void joinedPlansMeetTheDeadlineAndMixTheOptionsOfBoth(@ForAll @LongRange(min = 0) long seed) {
    Case made = new Case(RandomProblems.problem(seed, 4, 6, 6), 5);
    int[] slower = made.plans.get(0).choices();
    int[] faster = made.plans.get(4).choices();
    for (RelaxedSolution solution : made.solutions) {
      JoinedPlans joined =
          new JoinedPlans(made.network, made.network.starts(faster), solution.makespan());
      for (int[] choices :
          List.of(joined.join(slower, faster, true), joined.join(faster, slower, false))) {
        assertThat(made.network.endsBy(choices, solution.makespan())).isTrue();
        for (int j = 0; j < choices.length; j++) {
          assertThat(choices[j]).isIn(slower[j], faster[j]);
        }
      }
    }
  }

  @Test
  void theSlowerPlanIsTakenWholeWhereItMeetsTheDeadline() {
    Case made = new Case(PlannerBenchmark.problem(4, 8), 5);
    RoundedPlan slower = made.plans.get(1);
    RelaxedSolution solution = made.solutions.get(1);
    int[] faster = made.plans.get(3).choices();
    JoinedPlans joined =
        new JoinedPlans(made.network, made.network.starts(faster), solution.makespan());
    assertThat(joined.join(slower.choices(), faster, true)).isEqualTo(slower.choices());
    assertThat(joined.join(faster, slower.choices(), false)).isEqualTo(slower.choices());
  }

  @Test
  void inALongIterationTheGapIsAboutTheMeanOfBothGaps() {
    Case made = new Case(PlannerBenchmark.problem(4, 96), 161);
    for (int i = 40; i < 120; i += 4) {
      RoundedPlan slower = made.plans.get(i - 1);
      RoundedPlan faster = made.plans.get(i + 1);
      RoundedPlan between =
          made.rounding.between(made.solutions.get(i), slower.choices(), faster.choices());
      assertThat(between.gap()).isLessThan((slower.gap() + faster.gap()) / 2 + 3e-4);
    }
  }
}
