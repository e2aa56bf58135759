package perseus.planner.switching;

/**
 * States how the temperature and the price of lateness change during a search by simulated
 * annealing ({@link ClockAnnealing}). The price of lateness is the cost of each second by which a
 * plan exceeds the maximum iteration time. The slope of the frontier is the energy that one more
 * second of iteration time saves.
 *
 * @param hotJoules temperature at the start of the search, in joules
 * @param coldJoules temperature at the end of the search, in joules
 * @param firstPrice price of lateness (cost of a late second) at the start of the search, divided
 *     by the slope of the frontier (energy that one more second saves)
 * @param lastPrice price of lateness (cost of a late second) at the end of the search, divided by
 *     the slope of the frontier (energy that one more second saves)
 * @param moves number of moves (random changes of the plan) of the search
 */
public record Cooling(
    double hotJoules, double coldJoules, double firstPrice, double lastPrice, int moves) {}
