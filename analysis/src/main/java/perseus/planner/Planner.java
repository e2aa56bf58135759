package perseus.planner;

import perseus.planner.problem.Frontier;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/** A method that chooses a frequency for every operation of an iteration. */
public interface Planner {
  /** The planner's name on command lines and in files, in lower case. */
  String name();

  /** The planner's name in charts and tables. */
  String title();

  /**
   * Plans the time-energy frontier of a problem.
   *
   * @param problem the iteration to plan
   * @param request which plans to make, and with how much effort
   * @throws perseus.io.UserError if the planner cannot plan this problem
   */
  Frontier plan(PlanningProblem problem, PlanRequest request);

  /**
   * Plans the frontier with the default request: 200 plans, default effort.
   *
   * @throws perseus.io.UserError if the planner cannot plan this problem
   */
  default Frontier plan(PlanningProblem problem) {
    return plan(problem, PlanRequest.standard());
  }
}
