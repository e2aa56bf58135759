package perseus.planner.bound;

import perseus.io.Progress;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/**
 * Computes the lower bound L(T) on the energy of every plan with makespan T, and solutions of the
 * relaxed problem.
 *
 * <p>In the relaxed problem an operation may take any duration between its fastest and its slowest
 * option.
 */
public interface LowerBoundSolver {
  /**
   * A visitor receives the index LEAST_ENERGY with the solution at T*, the time of minimum energy.
   */
  int LEAST_ENERGY = -1;

  /** Receives relaxed solutions from a solver. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Receives one relaxed solution.
     *
     * @param target index of the solution's time among the targets, or {@link #LEAST_ENERGY}
     * @param solution the relaxed solution at this time
     */
    void at(int target, RelaxedSolution solution);
  }

  /**
   * Computes the bound for all makespans from T_eps down to the shortest makespan. T_eps is the
   * makespan of minimum effective energy.
   *
   * @param targets times in seconds, in falling order; for a time outside of the bound's range, the
   *     visitor receives the solution at the nearer end of the range
   * @param visitor receives one solution for each target, and the solution at T* with the index
   *     {@link #LEAST_ENERGY}
   */
  LowerBound solve(double[] targets, Visitor visitor);

  /**
   * Chooses the solver that computes the lower bound.
   *
   * @param exact whether to visit every breakpoint of the bound, even if there are very many
   * @param progress receives the progress of {@link #solve}
   */
  static LowerBoundSolver of(
      PlanningProblem problem,
      TickScale scale,
      EventNetwork events,
      boolean exact,
      Progress progress) {
    return exact
        ? new BreakpointSolver(problem, scale, events, progress)
        : new CertifiedSolver(problem, scale, events, progress);
  }

  /**
   * Returns the bound of the request if the request has one. If the request has no bound, the
   * method computes the bound of the problem.
   */
  static LowerBound bound(PlanningProblem problem, PlanRequest request) {
    return request.bound() == null ? bound(problem) : request.bound();
  }

  /** Computes only the bound, with the faster one of the two solvers. */
  static LowerBound bound(PlanningProblem problem) {
    TickScale scale = new TickScale(problem);
    EventNetwork events = new EventNetwork(problem.dag(), scale);
    boolean exact = !CertifiedSolver.isFaster(problem);
    return of(problem, scale, events, exact, Progress.NONE)
        .solve(new double[0], (target, solution) -> {});
  }
}
