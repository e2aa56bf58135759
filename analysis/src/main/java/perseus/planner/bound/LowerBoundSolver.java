package perseus.planner.bound;

import perseus.io.Progress;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/**
 * Computes the lower bound L(T) on the energy of every plan with makespan T. The documentation of
 * this interface also proves that L(T) is a lower bound. The interface has two implementations: the
 * class {@link BreakpointSolver} computes the exact bound, and {@link CertifiedSolver} computes an
 * approximation that is at most the exact bound, and its maximum error. Both implementations of
 * this interface also compute solutions of the relaxed problem (durations may lie between two
 * options).
 *
 * <p><b>Relaxed problem.</b> A plan chooses one option for each operation j. The chosen option has
 * the time t_j in seconds and the effective energy eps_j in joules. Effective energy is energy
 * minus the energy that waiting GPUs would use in the same time. In the relaxed problem, operation
 * j may take any duration d_j between its fastest and its slowest Pareto-optimal option. The
 * function h_j is the lower convex hull of the points (time, effective energy) of the options of
 * operation j. Operation j with the duration d_j has the effective energy {@code h_j(d_j)}. R(T) is
 * the minimum of {@code sum_j h_j(d_j)} over all durations and start times for which all
 * precedences hold and the iteration ends by T. The lower bound is {@code L(T) = R(T) + P_total T},
 * where P_total is the power in watts of all GPUs while they wait.
 *
 * <p><b>Proof.</b> Every plan with makespan T is a solution of the relaxed problem, so R(T) is at
 * most the effective energy of the plan. The proof has five steps:
 *
 * <ol>
 *   <li>The energy of a plan with makespan T is {@code sum_j eps_j + P_total T} (see {@link
 *       PlanningProblem}).
 *   <li>For every option, there is a Pareto-optimal option that takes no more time and no more
 *       effective energy. Replace every option of the plan by a Pareto-optimal option that takes no
 *       more time and no more effective energy, and keep all start times. After the options were
 *       replaced, all precedences still hold, the iteration still ends by T, and {@code sum_j
 *       eps_j} has not grown. Therefore we can assume that all options of the plan are
 *       Pareto-optimal.
 *   <li>The durations {@code d_j = t_j} and the start times of the plan are a solution of the
 *       relaxed problem. The start times of the plan are also valid if changes of clock (GPU
 *       frequency) take time, because a change of clock only makes an operation of the plan start
 *       later.
 *   <li>No option of an operation lies below the hull of its options, so {@code h_j(t_j) <= eps_j}.
 *   <li>R(T) is a minimum, so {@code R(T) <= sum_j h_j(t_j) <= sum_j eps_j}. Add P_total T to R(T)
 *       and to the effective energy of the plan: it follows that L(T) is at most the energy of the
 *       plan.
 * </ol>
 *
 * <p><b>Rounding.</b> The solvers round all times up to ticks ({@link TickScale}, integer units of
 * time), so a plan with makespan T may be longer than T when its times are in ticks. Therefore
 * {@link LowerBound#bound} uses R at a longer makespan: the sum of T and the maximum rounding
 * error. R(T) never rises when T rises, so R at a longer makespan also gives a lower bound.
 */
public interface LowerBoundSolver {
  /**
   * The index that a visitor receives with the solution of the relaxed problem (durations may lie
   * between two options) at T*. T* is the makespan at which the lower bound L(T) has its minimum.
   */
  int LEAST_ENERGY = -1;

  /**
   * Receives solutions of the relaxed problem (durations may lie between two options) while a
   * solver computes the lower bound.
   */
  @FunctionalInterface
  interface Visitor {
    /**
     * Receives one solution of the relaxed problem (durations may lie between two options).
     *
     * @param target index of the solution's makespan among the makespans that the caller asked for,
     *     or {@link #LEAST_ENERGY}
     * @param solution the solution at this makespan
     */
    void at(int target, RelaxedSolution solution);
  }

  /**
   * Computes the lower bound for all makespans from T_eps down to the shortest makespan. T_eps is
   * the makespan at which every operation has its minimum effective energy (energy minus the energy
   * of waiting for the same time).
   *
   * @param targets makespans in seconds, in falling order, for which the caller needs solutions of
   *     the relaxed problem (durations may lie between two options). If a makespan is outside of
   *     the range from the shortest makespan to T_eps, the visitor receives the solution at the
   *     nearer end of the range.
   * @param visitor receives one solution for each target, and one solution at the makespan with the
   *     lowest bound, with the index {@link #LEAST_ENERGY}
   */
  LowerBound solve(double[] targets, Visitor visitor);

  /**
   * Makes a solver of the lower bound: a {@link BreakpointSolver} for the exact lower bound, or a
   * {@link CertifiedSolver}.
   *
   * @param exact whether to compute the exact bound, even if the bound has very many breakpoints
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
   * Returns the request's lower bound on the energy of plans. If the request has no lower bound,
   * the method computes the lower bound of the problem.
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
