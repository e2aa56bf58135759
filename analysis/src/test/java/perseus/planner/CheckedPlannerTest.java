package perseus.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.io.UserError;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;

class CheckedPlannerTest {
  private final PlanningProblem problem = RandomProblems.problem(1, 2, 2, 3);

  private interface Planning {
    Frontier plan(PlanningProblem problem, PlanRequest request);
  }

  private static Planner planner(Planning planning) {
    return new CheckedPlanner(
        new Planner() {
          @Override
          public String name() {
            return "other";
          }

          @Override
          public String title() {
            return "Other";
          }

          @Override
          public Frontier plan(PlanningProblem problem, PlanRequest request) {
            return planning.plan(problem, request);
          }
        });
  }

  private static Frontier allMax(PlanningProblem problem, PlanRequest request) {
    return Frontier.of(
        problem, List.of(Plan.allMax(problem)), Planners.lowerBound(problem, request));
  }

  private void assertRefused(Planning planning, String fault) {
    assertThatThrownBy(() -> planner(planning).plan(problem))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("planner other", fault);
  }

  @Test
  void plansOfTheProblemAreReturned() {
    assertThat(planner(CheckedPlannerTest::allMax).plan(problem).plans()).hasSize(1);
  }

  @Test
  void frontiersAndPlansOfOtherProblemsAreRefused() {
    PlanningProblem other = RandomProblems.problem(2, 2, 2, 3);
    assertRefused((mine, request) -> allMax(other, request), "another problem");
    assertRefused(
        (mine, request) ->
            Frontier.of(mine, List.of(Plan.allMax(other)), Planners.lowerBound(mine, request)),
        "another problem");
  }

  @Test
  void planWithAnInventedOptionIsRefused() {
    assertRefused(
        (mine, request) ->
            Frontier.of(
                mine,
                List.of(
                    Plan.of(
                        mine,
                        j -> {
                          ProfileRow row = mine.options(j).allMax();
                          return j == 0 ? row.scaled(1, 0.5) : row;
                        })),
                Planners.lowerBound(mine, request)),
        "was not measured");
  }

  @Test
  void planBelowTheClaimedLowerBoundIsRefused() {
    assertRefused(
        (mine, request) ->
            Frontier.of(
                mine,
                List.of(Plan.allMax(mine)),
                new LowerBound(new double[] {1, 1e6}, new double[] {1e9, 1e9}, 0, 0, 0)),
        "claims a lower bound");
  }
}
