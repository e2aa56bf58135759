package perseus.planner.switching;

/**
 * States how the temperature and the price of lateness change during simulated annealing ({@link
 * ClockAnnealing}). The price of lateness is the cost of each second by which a plan exceeds the
 * maximum iteration time.
 *
 * @param hotJoules temperature at the start of the search, in joules
 * @param coldJoules temperature at the end of the search, in joules
 * @param firstPrice cost of each late second at the start, divided by the energy that one more
 *     second of iteration time saves
 * @param lastPrice cost of each late second at the end, divided by the energy that one more second
 *     of iteration time saves
 * @param moves number of random changes of the plan
 */
public record Cooling(
    double hotJoules, double coldJoules, double firstPrice, double lastPrice, int moves) {}
