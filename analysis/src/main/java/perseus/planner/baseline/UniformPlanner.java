package perseus.planner.baseline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import perseus.io.UserError;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;

/**
 * One frequency for every computation of the iteration, each of the frequencies that all of them
 * have in turn.
 */
public final class UniformPlanner {
  private UniformPlanner() {}

  /** The frontier of the plans, with the lower bound of the request if it has one. */
  public static Frontier plan(PlanningProblem problem, PlanRequest request) {
    return Frontier.of(problem, plans(problem), LowerBoundSolver.bound(problem, request));
  }

  /**
   * A plan for each frequency that every computation was measured at, highest frequency first.
   *
   * @throws UserError if there is no such frequency
   */
  private static List<Plan> plans(PlanningProblem problem) {
    TreeSet<Integer> frequencies = new TreeSet<>(Comparator.reverseOrder());
    for (int j = 0; j < problem.dag().size(); j++) {
      frequencies.addAll(problem.options(j).frequencies());
    }
    List<Plan> plans = new ArrayList<>();
    for (int frequency : frequencies) {
      at(problem, frequency).ifPresent(plans::add);
    }
    if (plans.isEmpty()) {
      throw new UserError(
          "The planner uniform needs a frequency at which all computations were profiled.");
    }
    return plans;
  }

  private static Optional<Plan> at(PlanningProblem problem, int frequency) {
    Map<ExecutionOptions, ProfileRow> choices = new IdentityHashMap<>();
    for (int j = 0; j < problem.dag().size(); j++) {
      ExecutionOptions set = problem.options(j);
      if (!choices.containsKey(set)) {
        boolean fixed = !problem.dag().operations().get(j).instruction().isComputation();
        Optional<ProfileRow> row = fixed ? Optional.of(set.allMax()) : set.fastestAt(frequency);
        if (row.isEmpty()) {
          return Optional.empty();
        }
        choices.put(set, row.get());
      }
    }
    return Optional.of(Plan.of(problem, j -> choices.get(problem.options(j))));
  }
}
