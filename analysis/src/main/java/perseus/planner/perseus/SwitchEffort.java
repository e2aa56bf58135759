package perseus.planner.perseus;

import perseus.planner.problem.Effort;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.switching.ClockBeam;
import perseus.planner.switching.ClockTables;
import perseus.planner.switching.Cooling;

/**
 * Chooses the numbers of moves, the temperatures and the prices of lateness for the searches by
 * simulated annealing in {@link SwitchPlanning}.
 *
 * <p>The command {@code dev/experiment constant perseus.planner.perseus.SwitchEffort NAME VALUE...}
 * compares plans with several values of the constant NAME.
 */
final class SwitchEffort {
  /** Number of random changes of a plan in a search of a small problem with the default effort. */
  private static final int MOST_MOVES = 12_000;

  /** Number of random changes of a plan in a search of a large problem with the default effort. */
  private static final int LEAST_MOVES = 3_000;

  /**
   * Number of random changes of a plan in a search of a problem of medium size, multiplied by the
   * number of operations.
   */
  private static final int MOVES_TIMES_OPERATIONS = 6_000_000;

  /**
   * Number of maximum iteration times above which each search makes fewer random changes, so that
   * the computing time does not grow further.
   */
  private static final int MANY_TARGETS = 250;

  /**
   * Fraction of the maximum iteration times that count as short; searches for short times make more
   * random changes.
   */
  private static final double STEEP_SHARE = 0.05;

  /**
   * Factor by which searches for short maximum iteration times make more random changes than other
   * searches.
   */
  private static final int STEEP_FACTOR = 5;

  /**
   * Factor by which searches from plans of {@code SwitchBound} make more random changes than
   * searches from plans for neighbouring times.
   */
  private static final int SPREAD_SHARE = 4;

  /**
   * Temperature of simulated annealing at the start of a search, as a multiple of the mean range of
   * a computation's energy ({@link ClockTables#meanRangeJoules}).
   */
  private static final double HOT = 0.05;

  /**
   * Temperature of simulated annealing at the end of a search, as a multiple of the mean range of a
   * computation's energy ({@link ClockTables#meanRangeJoules}).
   */
  private static final double COLD = 0.002;

  /**
   * Price of each second of lateness at the start of a search, divided by the energy that one more
   * second of iteration time saves.
   */
  private static final double FIRST_PRICE = 2;

  /**
   * Price of each second of lateness at the end of a search, divided by the energy that one more
   * second of iteration time saves.
   */
  private static final double LAST_PRICE = 20;

  /**
   * Number of random changes of a plan in a search of a problem that {@link SmallPlanning} improves
   * afterwards.
   */
  private static final int SMALL_MOVES = 2_000;

  private final int moves;
  private final int rounds;
  private final double rangeJoules;
  private final int targets;

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
   * Returns the number of rounds in which searches start from the plans for neighbouring maximum
   * iteration times.
   */
  int rounds() {
    return rounds;
  }

  /**
   * Returns the temperatures, prices and number of moves of a search that starts from a plan of
   * {@code SwitchBound}.
   */
  Cooling fromBound(int target) {
    return cooling(HOT, FIRST_PRICE, moves(target));
  }

  /**
   * Returns the temperatures, prices and number of moves of a search. The search starts from a plan
   * for the same or a neighbouring maximum iteration time.
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
