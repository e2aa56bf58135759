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
   * Number of moves of a search in a small problem with the default effort. The number limits the
   * computing time.
   */
  private static final int MOST_MOVES = 12_000;

  /**
   * Number of moves of a search in a large problem with the default effort. The number limits the
   * computing time.
   */
  private static final int LEAST_MOVES = 3_000;

  /**
   * In a problem of medium size, a search makes this number of moves divided by the number of
   * operations.
   */
  private static final int MOVES_TIMES_OPERATIONS = 6_000_000;

  /**
   * If a problem has more target times than this number, each search makes fewer moves, so that the
   * computing time does not grow further.
   */
  private static final int MANY_TARGETS = 250;

  /**
   * For this fraction of the target times, the shortest ones, searches make {@link #STEEP_FACTOR}
   * times as many moves.
   */
  private static final double STEEP_SHARE = 0.05;

  /** Factor by which searches for the shortest target times make more moves than other searches. */
  private static final int STEEP_FACTOR = 5;

  /**
   * Number of moves in the second step of {@link SwitchPlanning} (a search from a plan of the lower
   * bound), divided by the number of moves in the third step (a search from a neighbouring plan).
   */
  private static final int SPREAD_SHARE = 4;

  /** Temperature at the start of a search, divided by {@link ClockTables#meanRangeJoules}. */
  private static final double HOT = 0.05;

  /** Temperature at the end of a search, divided by {@link ClockTables#meanRangeJoules}. */
  private static final double COLD = 0.002;

  /**
   * Price of lateness at the start of a search, divided by the slope of the frontier. The price of
   * lateness is the cost of each second by which a plan misses its target time.
   */
  private static final double FIRST_PRICE = 2;

  /** Price of lateness at the end of a search, divided by the slope of the frontier. */
  private static final double LAST_PRICE = 20;

  /**
   * Number of moves of a search in a problem that is small enough for {@link SmallPlanning}, with
   * the default effort. The number is small, because the search only finds the plans from which
   * {@link SmallPlanning} starts.
   */
  private static final int SMALL_MOVES = 2_000;

  private final int moves;
  private final int rounds;
  private final double rangeJoules;
  private final int targets;

  /**
   * Chooses the work for one problem.
   *
   * @param targets number of target times
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
   * start from the plans of neighbouring target times.
   */
  int rounds() {
    return rounds;
  }

  /**
   * Returns the temperatures, prices and number of moves of a search that starts from a plan of the
   * lower bound.
   */
  Cooling fromBound(int target) {
    return cooling(HOT, FIRST_PRICE, moves(target));
  }

  /**
   * Returns the temperatures, prices and number of moves of a search that starts from the best plan
   * of the same or a neighbouring target time.
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
