package perseus.planner.perseus;

import perseus.planner.problem.Effort;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.switching.ClockBeam;
import perseus.planner.switching.ClockTables;
import perseus.planner.switching.Cooling;

/**
 * States the number of moves, the temperatures and the prices of lateness of the searches that
 * {@link SwitchPlanning} runs. Each search is a simulated annealing ({@link
 * perseus.planner.switching.ClockAnnealing}).
 *
 * <p>The command {@code dev/experiment constant perseus.planner.perseus.SwitchEffort NAME VALUE...}
 * plans with several values of one of the constants.
 */
final class SwitchEffort {
  /**
   * Number of moves (random changes of a plan) of a search in a small problem with the default
   * effort. The number limits the computing time.
   */
  private static final int MOST_MOVES = 12_000;

  /**
   * Number of moves (random changes of a plan) of a search in a large problem with the default
   * effort. The number limits the computing time.
   */
  private static final int LEAST_MOVES = 3_000;

  /**
   * In a problem of medium size, the number of moves of a search is this number divided by the
   * number of operations.
   */
  private static final int MOVES_TIMES_OPERATIONS = 6_000_000;

  /**
   * If a problem has more target times (maximum iteration times) than this number, each search
   * makes fewer moves, so that the computing time does not grow further.
   */
  private static final int MANY_TARGETS = 250;

  /**
   * Fraction of the target times (maximum iteration times) that count as the shortest. Searches for
   * the shortest target times make {@link #STEEP_FACTOR} times as many moves.
   */
  private static final double STEEP_SHARE = 0.05;

  /**
   * Searches for the shortest target times (maximum iteration times) make this number of times as
   * many moves as others.
   */
  private static final int STEEP_FACTOR = 5;

  /**
   * The second step of {@link SwitchPlanning} searches from plans of the lower bound, and the third
   * step from plans for neighbouring target times (maximum iteration times). This constant is the
   * number of moves of a search in the second step, divided by that in the third step.
   */
  private static final int SPREAD_SHARE = 4;

  /**
   * Temperature of simulated annealing at the start of a search, divided by {@link
   * ClockTables#meanRangeJoules}.
   */
  private static final double HOT = 0.05;

  /**
   * Temperature of simulated annealing at the end of a search, divided by {@link
   * ClockTables#meanRangeJoules}.
   */
  private static final double COLD = 0.002;

  /**
   * The price of lateness is the cost of each second by which a plan misses its target time
   * (maximum iteration time). The slope of the frontier is the energy that one more second of
   * iteration time saves. This constant is the price of lateness at the start of a search, divided
   * by the slope of the frontier.
   */
  private static final double FIRST_PRICE = 2;

  /**
   * Cost of each second after the target time at the end of a search, divided by the energy that
   * one more second of iteration time saves.
   */
  private static final double LAST_PRICE = 20;

  /**
   * Number of moves (random changes of a plan) of a search in a problem that is small enough for
   * {@link SmallPlanning}, with the default effort. The number is small, because the search only
   * finds the plans from which {@link SmallPlanning} starts.
   */
  private static final int SMALL_MOVES = 2_000;

  private final int moves;
  private final int rounds;
  private final double rangeJoules;
  private final int targets;

  /**
   * Chooses the work for one problem.
   *
   * @param targets number of target times (maximum iteration times)
   */
  SwitchEffort(Effort effort, PlanningProblem problem, ClockTables tables, int targets) {
    this.targets = targets;
    rangeJoules = tables.meanRangeJoules();
    boolean small = ClockBeam.isSmall(tables) && problem.minDwellSeconds() == 0;
    int most =
        small
            ? SMALL_MOVES
            : Math.max(
                LEAST_MOVES, Math.min(MOST_MOVES, MOVES_TIMES_OPERATIONS / tables.operations()));
    int standard = targets <= MANY_TARGETS ? most : Math.max(1, most * MANY_TARGETS / targets);
    moves =
        switch (effort) {
          case FAST -> Math.max(1, standard / 5);
          case DEFAULT -> standard;
          case BEST -> 5 * standard;
        };
    rounds =
        switch (effort) {
          case FAST -> 1;
          case DEFAULT -> small ? 1 : 3;
          case BEST -> 6;
        };
  }

  /**
   * Returns the number of rounds of the third step of {@link SwitchPlanning}, in which searches
   * start from the plans for neighbouring target times (maximum iteration times).
   */
  int rounds() {
    return rounds;
  }

  /**
   * Returns the temperatures, prices and number of moves of a search that starts from a plan that
   * the computation of the lower bound found.
   */
  Cooling fromBound(int target) {
    return cooling(HOT, FIRST_PRICE, moves(target));
  }

  /**
   * Returns the temperatures, prices and number of moves of a search that starts from the best plan
   * for the same or a neighbouring target time (maximum iteration time).
   */
  Cooling fromNeighbour(int target) {
    return cooling(HOT, FIRST_PRICE, moves(target) / SPREAD_SHARE);
  }

  private int moves(int target) {
    return target < STEEP_SHARE * targets ? STEEP_FACTOR * moves : moves;
  }

  private Cooling cooling(double hot, double firstPrice, int count) {
    return new Cooling(hot * rangeJoules, COLD * rangeJoules, firstPrice, LAST_PRICE, count);
  }
}
