package perseus.planner.bound;

/**
 * Holds a solution of the LP relaxation at one makespan. In the LP relaxation an operation may take
 * any duration between its fastest and its slowest frequency.
 *
 * <p>A solution from {@link BreakpointSolver} is optimal, and a solution from {@link
 * CertifiedSolver} is nearly optimal.
 *
 * @param makespan the makespan in integer time units; no event is later than the makespan
 * @param events time of each event of the event network, in integer time units
 * @param flow flow of each arc in integer power units, with the arcs of the operations first. The
 *     flow of an arc is the additional energy of the iteration for each additional unit of time
 *     that the arc takes.
 */
public record RelaxedSolution(long makespan, long[] events, long[] flow) {}
