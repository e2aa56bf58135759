package perseus.planner.switching;

/**
 * States how the temperature and the price of lateness change during a search ({@link
 * ClockAnnealing}).
 *
 * @param hotJoules temperature at the start of the search, in joules
 * @param coldJoules temperature at the end of the search, in joules
 * @param firstPrice price of lateness at the start, divided by the slope of the frontier
 * @param lastPrice price of lateness at the end, divided by the slope of the frontier
 * @param moves number of moves of the search
 */
public record Cooling(
    double hotJoules, double coldJoules, double firstPrice, double lastPrice, int moves) {}
