package perseus.planner.bound;

import perseus.io.Progress;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/** Computes the lower bound L(T) of a problem, and relaxed solutions along it. */
public interface LowerBoundSolver {
  /** The target index of T*, the time of minimum energy. */
  int LEAST_ENERGY = -1;

  /** Receives relaxed solutions. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Receives one solution.
     *
     * @param target index of its time among the targets, or {@link #LEAST_ENERGY}
     * @param solution the relaxed solution at that time
     */
    void at(int target, RelaxedSolution solution);
  }

  /**
   * Computes the bound from T_eps down to the shortest makespan.
   *
   * @param targets times in seconds, in falling order, at which {@code visitor} receives the
   *     relaxed solution; for a time beyond either end it receives the solution of that end
   * @param visitor receives one solution for each target, and that of T* as {@link #LEAST_ENERGY}
   */
  LowerBound solve(double[] targets, Visitor visitor);

  /**
   * Chooses a solver.
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

  /** The bound of a problem: the request's if it has one, otherwise it is computed. */
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
