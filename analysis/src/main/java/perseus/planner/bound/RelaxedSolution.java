package perseus.planner.bound;

/**
 * An optimal solution of the relaxed problem at one makespan.
 *
 * @param makespan in ticks; all events are within it
 * @param events time of each event of the event network, in ticks
 * @param flow of each arc of the event network, the operations first: the price of one more tick of
 *     the arc's time, in scaled watts
 */
public record RelaxedSolution(long makespan, long[] events, long[] flow) {}
