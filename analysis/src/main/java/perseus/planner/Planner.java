package perseus.planner;

import perseus.planner.problem.Frontier;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/** Chooses a GPU frequency for every operation of an iteration, for a range of iteration times. */
public interface Planner {
  /** Returns the planner's name on command lines and in files, in lower case. */
  String name();

  /** Returns the planner's name in charts and tables. */
  String title();

  /**
   * Plans the time-energy frontier of a problem: a list of plans, each with its time and energy.
   *
   * @param problem the iteration to plan
   * @param request number of plans, additional times in seconds, and search effort
   * @throws perseus.io.UserError if the planner cannot plan this problem
   */
  Frontier plan(PlanningProblem problem, PlanRequest request);

  /**
   * Plans the frontier with the default request: 200 plans and the default effort.
   *
   * @throws perseus.io.UserError if the planner cannot plan this problem
   */
  default Frontier plan(PlanningProblem problem) {
    return plan(problem, PlanRequest.standard());
  }
}
