package perseus.planner.switching;

import java.util.SplittableRandom;

/**
 * Searches for plans in which changes of clock take time, by simulated annealing.
 *
 * <p>The problem: minimize the sum of effective energies, where the iteration, with all changes of
 * clock, takes at most T seconds. The search starts at any plan and makes random moves. A run is a
 * longest sequence of computations of a rank at one setting. The moves are:
 *
 * <ul>
 *   <li>a run gets a neighbouring setting ({@link Kind#SHIFT_RUN});
 *   <li>a run gives computations at one of its ends to the run beside it ({@link
 *       Kind#MOVE_BORDER});
 *   <li>some neighbouring computations get another setting ({@link Kind#SHIFT_PART});
 *   <li>a run gets the setting of the run beside it, which removes a change of clock ({@link
 *       Kind#JOIN}).
 * </ul>
 *
 * <p>Where one rank becomes slower, others must become faster. So some moves also shift a run of a
 * neighbouring rank in the opposite direction, and some apply the same move to several neighbouring
 * ranks.
 *
 * <p>A plan costs {@code E + w max(0, t - T)} joules, for effective energy E in joules, iteration
 * time t in seconds and a price w in watts. A move that adds d joules is kept with probability
 * {@code exp(-d / temperature)} (Metropolis). The temperature, in joules, falls geometrically. The
 * price rises geometrically from below the slope of the frontier: at first plans may be late, then
 * they are pressed below T. The result is the cheapest plan within T that was visited. There is no
 * guarantee of its distance to the optimum.
 *
 * <p>A move draws its limit of cost first. Most moves are then rejected in O(length of the run),
 * because of their energy or because their rank alone becomes too late; see {@link ClockTrial} for
 * the time of the others. The result depends only on the arguments and the seed. Not thread-safe.
 */
public final class ClockAnnealing {
  /** Number of moves between two changes of temperature and price. */
  private static final int MOVES_PER_STEP = 64;

  /** Energies in joules below which two plans count as equal; more than errors of the sums. */
  private static final double SAME_JOULES = 1e-9;

  /** Percentage of moves that are applied to several neighbouring ranks. */
  private static final int PERCENT_GROUPS = 8;

  /** Percentage of moves that also shift a run of a neighbouring rank in the other direction. */
  private static final int PERCENT_PAIRS = 20;

  /** Largest distance between the old and the new setting of a shift. */
  private static final int MAX_SHIFT = 8;

  /** Number of computations of a rank from which on moves become longer. */
  private static final int MIN_LENGTH = 16;

  private enum Kind {
    SHIFT_RUN,
    MOVE_BORDER,
    SHIFT_PART,
    JOIN
  }

  /**
   * How a search cools down.
   *
   * @param hotJoules first temperature in joules
   * @param coldJoules last temperature in joules
   * @param firstPrice first price of lateness, as a multiple of the slope of the frontier
   * @param lastPrice last price of lateness, as a multiple of the slope of the frontier
   * @param moves number of moves
   */
  public record Cooling(
      double hotJoules, double coldJoules, double firstPrice, double lastPrice, int moves) {}

  /**
   * A plan that was found.
   *
   * @param settings the setting of each operation
   * @param seconds iteration time in seconds
   * @param joules effective energy in joules
   */
  public record Found(int[] settings, double seconds, double joules) {}

  private final ClockTables tables;
  private final SplittableRandom random;

  /** Number of computations of the ranks up to and including each rank. */
  private final int[] computations;

  private final ClockTiming plan;
  private final ClockTrial trial;

  // The computations that a move changed last: positions on the rank.
  private int from;
  private int to;

  private Found best;

  public ClockAnnealing(ClockTables tables, int[] start, long seed) {
    this.tables = tables;
    random = new SplittableRandom(seed);
    plan = new ClockTiming(tables, start);
    trial = new ClockTrial(plan);
    computations = new int[tables.lanes.length];
    int sum = 0;
    for (int lane = 0; lane < computations.length; lane++) {
      sum += tables.lanes[lane].length;
      computations[lane] = sum;
    }
  }

  /**
   * Searches from the start.
   *
   * @param latestSeconds maximum iteration time in seconds
   * @param slopeWatts slope of the frontier at this time: joules that a second more saves
   * @return the best plan within this time that was visited; null if there was none
   */
  public Found search(double latestSeconds, double slopeWatts, Cooling cooling) {
    best = null;
    keepBest(latestSeconds);
    if (computations.length == 0 || computations[computations.length - 1] == 0) {
      return best;
    }
    double steps = Math.max(1, cooling.moves / MOVES_PER_STEP);
    double cools = Math.pow(cooling.coldJoules / cooling.hotJoules, 1 / steps);
    double rises = Math.pow(cooling.lastPrice / cooling.firstPrice, 1 / steps);
    double temperature = cooling.hotJoules;
    double watts = slopeWatts * cooling.firstPrice;
    for (int move = 1; move <= cooling.moves; move++) {
      tryMove(latestSeconds, watts, temperature);
      if (move % MOVES_PER_STEP == 0) {
        temperature *= cools;
        watts *= rises;
      }
    }
    return best;
  }

  private void tryMove(double latestSeconds, double watts, double temperature) {
    trial.begin();
    int[] lane = propose();
    double late = Math.max(0, plan.seconds() - latestSeconds);
    double allowed = -temperature * Math.log(1 - random.nextDouble());
    double spare = plan.joules() + watts * late + allowed - trial.joules();
    double limit = latestSeconds + spare / watts;
    if (trial.isUnchanged()
        || spare < 0
        || lane != null && trial.exceeds(lane, from, to, limit)
        || !trial.evaluate(limit)) {
      trial.reject();
    } else {
      trial.accept();
      keepBest(latestSeconds);
    }
  }

  private void keepBest(double latestSeconds) {
    if (plan.seconds() <= latestSeconds
        && (best == null || plan.joules() < best.joules - SAME_JOULES)) {
      int[] settings = best == null ? new int[tables.operations] : best.settings;
      plan.copyTo(settings);
      best = new Found(settings, plan.seconds(), plan.joules());
    }
  }

  /**
   * Proposes a random move.
   *
   * @return the computations of the rank that changes; null if several ranks change
   */
  private int[] propose() {
    int number = random.nextInt(computations[computations.length - 1]);
    int rank = 0;
    while (computations[rank] <= number) {
      rank++;
    }
    int[] lane = tables.lanes[rank];
    int i = number - (computations[rank] - lane.length);
    Kind kind = kind();
    boolean left = random.nextBoolean();
    int shift = shift();
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(MIN_LENGTH, lane.length));
    int length = 1 + random.nextInt(1 << random.nextInt(bits - (kind == Kind.MOVE_BORDER ? 0 : 1)));
    int target =
        kind == Kind.SHIFT_PART && random.nextInt(4) == 0
            ? random.nextInt(tables.settings)
            : clamp(plan.setting(lane[i]) + shift);
    int percent = random.nextInt(100);
    if (percent < PERCENT_GROUPS && kind != Kind.JOIN) {
      proposeGroup(rank, i, kind, left, Integer.signum(shift) * (1 + random.nextInt(2)));
      return null;
    }
    int before = plan.setting(lane[i]);
    propose(kind, lane, i, left, length, target);
    if (percent < 100 - PERCENT_PAIRS || trial.isUnchanged() || tables.lanes.length == 1) {
      return lane;
    }
    int first = from;
    int end = to;
    int direction = plan.setting(lane[from]) > before ? -1 : 1;
    int other = rank == 0 || rank + 1 < tables.lanes.length && left ? rank + 1 : rank - 1;
    int[] neighbour = tables.lanes[other];
    if (neighbour.length > 0) {
      int there = (int) ((long) i * neighbour.length / lane.length);
      int setting = clamp(plan.setting(neighbour[there]) + direction);
      if (propose(Kind.SHIFT_RUN, neighbour, there, left, 1, setting)) {
        return null;
      }
    }
    from = first;
    to = end;
    return lane;
  }

  /** Proposes the same move at the same part of the iteration on several neighbouring ranks. */
  private void proposeGroup(int rank, int i, Kind kind, boolean left, int shift) {
    int first = random.nextInt(rank + 1);
    int end = rank + 1 + random.nextInt(tables.lanes.length - rank);
    int length = 1 + random.nextInt(2);
    for (int other = first; other < end; other++) {
      int[] lane = tables.lanes[other];
      if (lane.length > 0) {
        int there = (int) ((long) i * lane.length / tables.lanes[rank].length);
        propose(kind, lane, there, left, length, clamp(plan.setting(lane[there]) + shift));
      }
    }
  }

  private Kind kind() {
    int percent = random.nextInt(100);
    return percent < 35
        ? Kind.SHIFT_RUN
        : percent < 65 ? Kind.MOVE_BORDER : percent < 85 ? Kind.SHIFT_PART : Kind.JOIN;
  }

  /** A number of settings to go up or down; each distance is half as likely as the one before. */
  private int shift() {
    int distance = 1;
    while (distance < MAX_SHIFT && random.nextBoolean()) {
      distance++;
    }
    return random.nextBoolean() ? distance : -distance;
  }

  private int clamp(int setting) {
    return Math.max(0, Math.min(tables.settings - 1, setting));
  }

  /**
   * Proposes a move of one rank.
   *
   * @param i position of a computation on the rank
   * @param left whether the move concerns the left end of the run, or its right end
   * @param length number of computations that change, if the kind does not determine it
   * @param target new setting, if the kind does not determine it
   * @return whether a setting changes
   */
  private boolean propose(Kind kind, int[] lane, int i, boolean left, int length, int target) {
    if (kind == Kind.SHIFT_PART) {
      from = i;
      to = Math.min(lane.length, i + length);
      return trial.propose(lane, from, to, target);
    }
    findRun(lane, i);
    if (kind == Kind.SHIFT_RUN) {
      return trial.propose(lane, from, to, target);
    }
    if (left ? from == 0 : to == lane.length) {
      return false;
    }
    int beside = plan.setting(left ? lane[from - 1] : lane[to]);
    if (kind == Kind.MOVE_BORDER) {
      if (left) {
        to = Math.min(to, from + length);
      } else {
        from = Math.max(from, to - length);
      }
    }
    return trial.propose(lane, from, to, beside);
  }

  private void findRun(int[] lane, int i) {
    int setting = plan.setting(lane[i]);
    from = i;
    to = i + 1;
    while (from > 0 && plan.setting(lane[from - 1]) == setting) {
      from--;
    }
    while (to < lane.length && plan.setting(lane[to]) == setting) {
      to++;
    }
  }
}
