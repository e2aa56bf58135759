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
 * Runs all computations of an iteration at the same frequency. The planner makes one plan for each
 * frequency at which all computations were profiled.
 */
public final class UniformPlanner {
  private UniformPlanner() {}

  /**
   * Makes the plans for a problem. If the request has no lower bound, the method computes the
   * bound.
   *
   * @throws UserError if no frequency was profiled for all computations
   */
  public static Frontier plan(PlanningProblem problem, PlanRequest request) {
    return Frontier.of(problem, plans(problem), LowerBoundSolver.bound(problem, request));
  }

  /** Returns one plan for each frequency, the highest frequency first. */
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
          "The planner uniform needs a frequency at which all computations were profiled, and there is none. Profile all computations at the same frequencies, or use --planner perseus.");
    }
    return plans;
  }

  /**
   * Returns the plan that runs all computations at one frequency; empty if a computation was not
   * profiled at this frequency.
   */
  private static Optional<Plan> at(PlanningProblem problem, int frequency) {
    Map<ExecutionOptions, ProfileRow> choices = new IdentityHashMap<>();
    for (int j = 0; j < problem.dag().size(); j++) {
      ExecutionOptions options = problem.options(j);
      if (!choices.containsKey(options)) {
        boolean fixed = !problem.dag().operations().get(j).instruction().isComputation();
        Optional<ProfileRow> row =
            fixed ? Optional.of(options.allMax()) : options.fastestAt(frequency);
        if (row.isEmpty()) {
          return Optional.empty();
        }
        choices.put(options, row.get());
      }
    }
    return Optional.of(Plan.of(problem, j -> choices.get(problem.options(j))));
  }
}
