package perseus.planner.perseus;

import perseus.planner.problem.Effort;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.switching.ClockBeam;
import perseus.planner.switching.ClockTables;
import perseus.planner.switching.Cooling;

/**
 * States how much work the searches of {@link SwitchPlanning} do, and at which temperatures.
 *
 * <p>The command {@code dev/experiment constant perseus.planner.perseus.SwitchEffort NAME VALUE...}
 * plans with several values of one of the constants.
 */
final class SwitchEffort {
  /** Number of moves of a search in a small problem with default effort. This limits the time. */
  private static final int MOST_MOVES = 12_000;

  /** Number of moves of a search in a large problem with default effort. This limits the time. */
  private static final int LEAST_MOVES = 3_000;

  /** Product of the moves of a search and the operations, in problems of medium size. */
  private static final int MOVES_TIMES_OPERATIONS = 6_000_000;

  /** Number of target times above which searches make fewer moves. This limits the time. */
  private static final int MANY_TARGETS = 250;

  /** Fraction of the target times, the shortest first, whose searches make more moves. */
  private static final double STEEP_SHARE = 0.05;

  /** Number by which the moves are multiplied in searches for the shortest target times. */
  private static final int STEEP_FACTOR = 5;

  /** Moves of a search in the second step, divided by the moves of a search in the third step. */
  private static final int SPREAD_SHARE = 4;

  /** First temperature of a search, divided by {@link ClockTables#meanRangeJoules}. */
  private static final double HOT = 0.05;

  /** Last temperature of a search, divided by {@link ClockTables#meanRangeJoules}. */
  private static final double COLD = 0.002;

  /** First price of lateness of a search, divided by the slope of the frontier. */
  private static final double FIRST_PRICE = 2;

  /** Last price of lateness of a search, divided by the slope of the frontier. */
  private static final double LAST_PRICE = 20;

  /**
   * Number of moves of a search in a problem that is small enough for {@link SmallPlanning}, with
   * default effort. There the search only has to find plans to start from.
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

  /** Returns the number of rounds in which good plans spread to other target times. */
  int rounds() {
    return rounds;
  }

  /** Returns the cooling of a search that starts from a plan of the lower bound. */
  Cooling fromBound(int target) {
    return cooling(HOT, FIRST_PRICE, moves(target));
  }

  /** Returns the cooling of a search that starts from the best plan of a neighbouring target. */
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
