package perseus.planner.bound;

/**
 * Holds a solution of the relaxed problem (durations may lie between two options) at one makespan.
 * In the relaxed problem an operation may take any duration between its fastest and its slowest
 * option (frequency).
 *
 * <p>A solution from {@link BreakpointSolver} is optimal, and a solution from {@link
 * CertifiedSolver} is nearly optimal.
 *
 * @param makespan the makespan in ticks (integer units of time); no event is later than the
 *     makespan
 * @param events time of each event of the event network, in ticks (integer units of time)
 * @param flow flow of each arc of the event network in scaled watts (integer units of power), with
 *     the arcs of the operations first. The flow of an arc is the price of the arc's time: the
 *     additional energy of the iteration for each additional unit of time that the arc takes.
 */
public record RelaxedSolution(long makespan, long[] events, long[] flow) {}
