package perseus.planner.bound;

import perseus.io.Progress;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/**
 * Computes the lower bound L(T) on the energy of every plan with makespan T, and solutions of the
 * LP relaxation. The class {@link BreakpointSolver} computes the exact bound. The class {@link
 * CertifiedSolver} computes an approximate bound and the maximum error of this bound. The
 * approximate bound is at most the exact bound.
 *
 * <p><b>LP relaxation.</b> In a plan, each operation has one frequency with a measured time and
 * energy. In the LP relaxation, an operation may take any duration between its fastest and its
 * slowest Pareto-optimal frequency. The lower bound L(T) is the minimum energy of the LP
 * relaxation, under the condition that all precedences hold and the iteration ends by T:
 *
 * <pre>
 * R(T) = min sum_j h_j(d_j)
 * L(T) = R(T) + P_total T
 *
 * d_j       duration of operation j, in seconds
 * h_j       lower convex hull of the points (time, effective energy) of operation j, in joules
 * P_total   power of all GPUs while they wait, in watts
 * </pre>
 *
 * <p>Effective energy is energy minus the energy that waiting GPUs would use in the same time.
 *
 * <p><b>Proof.</b> The lower bound L(T) is at most the energy of every plan with makespan T, for
 * these reasons:
 *
 * <ol>
 *   <li>The energy of a plan is the sum of the effective energies of its operations, plus the
 *       makespan times the power of all waiting GPUs (see {@link PlanningProblem}).
 *   <li>It is enough to consider plans whose frequencies are all Pareto-optimal. A frequency that
 *       is not Pareto-optimal can be replaced without making a plan longer or its energy higher.
 *   <li>The durations and the start times of a plan satisfy the conditions of the LP relaxation.
 *       The start times satisfy all precedences even if clock changes take time, because a clock
 *       change only delays operations.
 *   <li>The lower convex hull is nowhere above the points (time, energy minus energy of waiting) of
 *       the frequencies.
 *   <li>The minimum of the LP relaxation, plus the energy of waiting, is at most the energy of a
 *       plan with makespan T.
 * </ol>
 *
 * <p><b>Rounding.</b> The solvers round all times up to integer time units ({@link TickScale}),
 * which can make a plan longer. To correct for rounding errors, {@link LowerBound#bound} evaluates
 * the minimum of the LP relaxation at a longer makespan. The additional time is the maximum
 * rounding error. The minimum of the LP relaxation never rises with the makespan, so its value at
 * the longer makespan is still a lower bound.
 */
public interface LowerBoundSolver {
  /** Index with which a visitor receives the solution at the minimum of the lower bound L(T). */
  int LEAST_ENERGY = -1;

  /** Receives solutions of the LP relaxation while a solver computes the lower bound. */
  @FunctionalInterface
  interface Visitor {
    /**
     * @param target index of the solution's makespan among the makespans that the caller asked for,
     *     or {@link #LEAST_ENERGY}
     */
    void at(int target, RelaxedSolution solution);
  }

  /**
   * Computes the lower bound for all makespans up to the longest useful makespan. At this makespan,
   * every operation has its minimum effective energy.
   *
   * @param targets makespans in seconds, in falling order, for which the caller needs solutions of
   *     the LP relaxation. For a makespan outside of the range of the lower bound, the visitor
   *     receives the solution at the nearer end of the range.
   * @param visitor receives one solution for each target with the index of the target. In addition,
   *     the visitor receives the solution at the minimum of the bound with the index {@link
   *     #LEAST_ENERGY}.
   */
  LowerBound solve(double[] targets, Visitor visitor);

  /**
   * Makes a solver of the lower bound: a {@link BreakpointSolver} for the exact lower bound, or a
   * {@link CertifiedSolver}.
   *
   * @param exact whether to compute the exact bound, even if the bound has very many breakpoints
   * @param progress receives the progress of {@link #solve}, from one or several threads
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
   * Returns the lower bound of the request, or computes the bound of the problem if the request has
   * none.
   */
  static LowerBound bound(PlanningProblem problem, PlanRequest request) {
    return request.bound() == null ? bound(problem) : request.bound();
  }

  /** Computes the lower bound on the energy of plans, with the faster one of the two solvers. */
  static LowerBound bound(PlanningProblem problem) {
    TickScale scale = new TickScale(problem);
    EventNetwork events = new EventNetwork(problem.dag(), scale);
    boolean exact = !CertifiedSolver.isFaster(problem);
    return of(problem, scale, events, exact, Progress.NONE)
        .solve(new double[0], (target, solution) -> {});
  }
}
