package perseus.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import perseus.pipeline.Schedules;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.StageProfile;

/**
 * Checks the planner on a measured profile of GPT-3 175B on 8 stages of A100 SXM. If the profile is
 * not in a directory beside the checkout, the tests are skipped.
 */
class PublishedWorkloadTest {
  private static final Path PROFILE =
      Path.of(System.getProperty("perseus.root", ".."))
          .resolve("../shared/data/sosp24/emulation/gpt3-175b_a100-sxm_profile.csv");

  private static PlanningProblem problem(int microbatches) {
    Assumptions.assumeTrue(
        Files.exists(PROFILE), "skipped: the measured profile " + PROFILE + " is not here");
    double[] watts = new double[8];
    Arrays.fill(watts, 83.64);
    return PlanningProblem.of(
        StageProfile.read(PROFILE), Schedules.ONE_FORWARD_ONE_BACKWARD, microbatches, watts);
  }

  @Test
  void allMaxAndItsBoundHaveThePublishedValues() {
    PlanningProblem problem = problem(12);
    Plan allMax = Plan.allMax(problem);
    assertThat(allMax.timeSeconds()).isCloseTo(2.8365107651, within(1e-10));
    assertThat(allMax.energyJoules()).isCloseTo(7339.00, within(0.005));
    LowerBound bound = LowerBoundSolver.bound(problem);
    assertThat(bound.bound(allMax.timeSeconds())).isCloseTo(6160.42, within(0.005));
  }

  @Test
  void fastestPlanSavesMoreThanPublishedAndIsNotSlower() {
    double[] published = {15.20, 14.19, 13.62, 13.32};
    int[] microbatches = {12, 24, 48, 96};
    for (int i = 0; i < published.length; i++) {
      PlanningProblem problem = problem(microbatches[i]);
      Plan allMax = Plan.allMax(problem);
      Frontier frontier = Planners.PERSEUS.plan(problem, new PlanRequest(10));
      assertThat(frontier.fastest().timeSeconds()).isLessThanOrEqualTo(allMax.timeSeconds());
      assertThat(100 * (1 - frontier.fastest().energyJoules() / allMax.energyJoules()))
          .isGreaterThan(published[i]);
    }
  }
}
