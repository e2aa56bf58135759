package perseus.planner.bound;

/**
 * A solution of the relaxed problem at one makespan: optimal from {@link BreakpointSolver}, nearly
 * optimal from {@link CertifiedSolver}.
 *
 * @param makespan the makespan in ticks; all events happen within it
 * @param events time of each event of the event network, in ticks
 * @param flow flow of each arc of the event network, the operations first, in scaled watts: the
 *     price of one more tick on this arc
 */
public record RelaxedSolution(long makespan, long[] events, long[] flow) {}
