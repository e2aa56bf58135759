package perseus.planner;

import perseus.planner.problem.Frontier;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/**
 * Chooses a GPU frequency for every operation of a training iteration. Every planner implements
 * this interface. A planner makes several plans, from fast plans that use more energy to slow plans
 * that use less energy.
 */
public interface Planner {
  /** Returns the planner's name on command lines and in files. */
  String name();

  /** Returns the planner's name in charts and tables. */
  String title();

  /**
   * Makes plans for a planning problem (one training iteration). The returned frontier holds the
   * plans, each with its iteration time and its energy.
   *
   * @param problem the training iteration, with the frequencies that each operation can have
   * @param request how many plans to make, for which additional iteration times in seconds, and
   *     with how much search effort
   * @throws perseus.io.UserError if the planner cannot plan this problem
   */
  Frontier plan(PlanningProblem problem, PlanRequest request);

  /**
   * Makes plans for a planning problem with the default request: 200 plans and the default effort.
   *
   * @throws perseus.io.UserError if the planner cannot plan this problem
   */
  default Frontier plan(PlanningProblem problem) {
    return plan(problem, PlanRequest.standard());
  }
}
