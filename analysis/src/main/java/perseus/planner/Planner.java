package perseus.planner;

import perseus.planner.problem.Frontier;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/**
 * Chooses a GPU frequency for every operation of a training iteration. Every planner implements
 * this interface. A planner makes several plans, from fast plans that use more energy to slow plans
 * that use less energy.
 *
 * <p><b>Threads.</b> The planners in {@link Planners} keep no state. Several threads may call
 * {@code plan} at the same time. The number of processors does not change the plans. A call of
 * {@link Planners#PERSEUS} starts one thread for each processor, and these threads end with the
 * call.
 *
 * <p><b>Cancellation.</b> Planning takes from milliseconds to minutes. To cancel planning,
 * interrupt the thread that called {@code plan} ({@link Thread#interrupt}). After an interrupt, the
 * planners in {@link Planners} throw a {@link java.util.concurrent.CancellationException} within a
 * fraction of a second. The interrupted thread stays interrupted, and all threads of the planner
 * end.
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
   * @param request number of plans, additional iteration times in seconds, and search effort
   * @throws perseus.io.UserError if the planner cannot plan this problem
   * @throws java.util.concurrent.CancellationException if the current thread is interrupted
   */
  Frontier plan(PlanningProblem problem, PlanRequest request);

  /**
   * Makes 200 plans for a planning problem with the default effort.
   *
   * @throws perseus.io.UserError if the planner cannot plan this problem
   * @throws java.util.concurrent.CancellationException if the current thread is interrupted
   */
  default Frontier plan(PlanningProblem problem) {
    return plan(problem, PlanRequest.standard());
  }
}
