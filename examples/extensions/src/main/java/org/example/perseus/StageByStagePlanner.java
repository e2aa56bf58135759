package org.example.perseus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import perseus.planner.Planner;
import perseus.planner.Planners;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;

/**
 * Slows down one stage after another. In plan k, the first k stages run at their most efficient
 * frequencies, and the other stages at the highest frequency.
 */
public final class StageByStagePlanner implements Planner {
  @Override
  public String name() {
    return "stage-by-stage";
  }

  @Override
  public String title() {
    return "one stage after another";
  }

  @Override
  public Frontier plan(PlanningProblem problem, PlanRequest request) {
    List<Plan> plans = new ArrayList<>();
    for (int slow = 0; slow <= problem.dag().stages(); slow++) {
      int slowStages = slow;
      plans.add(
          Plan.of(
              problem,
              operation -> {
                ExecutionOptions options = problem.options(operation);
                int stage = problem.dag().operations().get(operation).stage();
                return stage < slowStages ? mostEfficient(options) : options.allMax();
              }));
    }
    return Frontier.of(problem, plans, Planners.lowerBound(problem, request));
  }

  private static ProfileRow mostEfficient(ExecutionOptions options) {
    return options.paretoOptimal().stream()
        .min(Comparator.comparingDouble(options::effectiveEnergyOf))
        .orElseThrow();
  }
}
