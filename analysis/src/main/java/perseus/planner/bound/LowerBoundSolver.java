package perseus.planner.bound;

import perseus.io.Progress;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/** Computes the lower bound L(T) of a problem, and relaxed solutions along it. */
public interface LowerBoundSolver {
  /** The target that stands for T*, the time of least energy. */
  int LEAST_ENERGY = -1;

  /** Receives the relaxed solutions at the times that were asked for. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Receives one solution.
     *
     * @param target index of the time among those asked for, or {@link #LEAST_ENERGY}
     * @param solution the relaxed solution at that time
     */
    void at(int target, RelaxedSolution solution);
  }

  /**
   * Computes the bound from T_eps down to the shortest makespan.
   *
   * @param targets times in seconds, in falling order, at which {@code visitor} receives the
   *     relaxed solution; for a time beyond either end, the solution of that end. The solution of
   *     T* is visited besides, as {@link #LEAST_ENERGY}.
   * @param visitor receives the solutions, one call for each target
   */
  LowerBound solve(double[] targets, Visitor visitor);

  /**
   * The solver for a problem.
   *
   * @param exact whether to visit every breakpoint, however many there are
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

  /** The bound of a problem: that of the request if it has one, else computed. */
  static LowerBound bound(PlanningProblem problem, PlanRequest request) {
    return request.bound() == null ? bound(problem) : request.bound();
  }

  /** The bound alone, by the faster of the two solvers. */
  static LowerBound bound(PlanningProblem problem) {
    TickScale scale = new TickScale(problem);
    EventNetwork events = new EventNetwork(problem.dag(), scale);
    boolean exact = !CertifiedSolver.isFaster(problem);
    return of(problem, scale, events, exact, Progress.NONE)
        .solve(new double[0], (target, solution) -> {});
  }
}
