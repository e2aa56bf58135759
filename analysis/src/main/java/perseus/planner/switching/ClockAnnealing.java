package perseus.planner.switching;

import java.util.SplittableRandom;
import perseus.io.Interruption;

/**
 * Searches for plans by simulated annealing, in problems in which clock changes take time.
 *
 * <p>The search starts from a given plan and changes it by random moves. The moves are:
 *
 * <ul>
 *   <li>{@link Kind#SHIFT_RUN}: Consecutive computations at one frequency all get a nearby
 *       frequency.
 *   <li>{@link Kind#MOVE_BORDER}: A clock change moves to an earlier or a later computation.
 *   <li>{@link Kind#SHIFT_PART}: Some consecutive computations get another frequency.
 *   <li>{@link Kind#JOIN}: Computations before and after a clock change get one common frequency.
 * </ul>
 *
 * <p>A move may also change a neighbouring rank in the opposite direction, because a slower rank
 * often needs a faster neighbour. The search minimizes the cost of a plan:
 *
 * <pre>
 * cost = E + w (max(0, t - T) + h)
 *
 * E   energy minus the energy of waiting for the same time, in joules (effective energy)
 * w   price of lateness, in watts
 * t   iteration time of the plan, in seconds
 * T   maximum iteration time, in seconds
 * h   sum of the times by which clocks are held for less than the minimum time, in seconds
 * </pre>
 *
 * <p>A move that adds d joules to the cost is accepted with probability {@code exp(-d /
 * temperature)} (Metropolis rule). The temperature, in joules, falls geometrically. The price of
 * lateness rises geometrically, so the search accepts late plans more often at first. The search
 * returns the best visited plan that keeps the maximum iteration time and the minimum hold time of
 * clocks. Simulated annealing gives no bound on the distance from the returned plan to the optimum.
 * Source: Kirkpatrick et al., Science 220, 1983.
 *
 * <p>Equal arguments and an equal seed of the random numbers give the same plan. Objects of this
 * class are not thread-safe.
 */
public final class ClockAnnealing {
  /** Number of moves between two changes of the temperature and of the price of lateness. */
  private static final int MOVES_PER_STEP = 64;

  /** Differences in joules up to this value count as rounding errors. */
  private static final double SAME_JOULES = 1e-9;

  /** Percentage of moves that change several neighbouring ranks in the same way. */
  private static final int PERCENT_GROUPS = 8;

  private static final int PERCENT_PAIRS = 20;

  private static final int MAX_SHIFT = 8;

  /** Ranks with fewer computations get as many moves as ranks with this number of computations. */
  private static final int MIN_LENGTH = 16;

  private enum Kind {
    SHIFT_RUN,
    MOVE_BORDER,
    SHIFT_PART,
    JOIN
  }

  /**
   * Holds a plan that a search found.
   *
   * @param settings for each operation, the index of its frequency
   * @param seconds iteration time of the plan in seconds
   * @param joules energy of the plan in joules, minus the energy of waiting for the same time
   */
  public record Found(int[] settings, double seconds, double joules) {}

  private final ClockTables tables;
  private final SplittableRandom random;

  private final int[] computations;

  private final ClockTiming plan;
  private final ClockTrial trial;
  private final ClockDwell dwell;

  private double shortfall;

  private int from;
  private int to;

  /**
   * Whether the current move changes computations at the end of an iteration and at the start of
   * the next iteration.
   */
  private boolean overBorder;

  private Found best;

  public ClockAnnealing(ClockTables tables, ClockDwell dwell, int[] start, long seed) {
    this.tables = tables;
    random = new SplittableRandom(seed);
    plan = new ClockTiming(tables, start);
    trial = new ClockTrial(plan);
    this.dwell = dwell;
    shortfall = dwell.shortfall(plan, plan.seconds());
    computations = new int[tables.lanes.length];
    int sum = 0;
    for (int lane = 0; lane < computations.length; lane++) {
      sum += tables.lanes[lane].length;
      computations[lane] = sum;
    }
  }

  /**
   * Searches for the plan with the least effective energy (energy minus the energy of waiting for
   * the same time).
   *
   * @param latestSeconds maximum iteration time in seconds
   * @param slopeWatts effective energy (energy minus the energy of waiting for the same time) that
   *     one more second of iteration time saves, in joules
   * @return the best visited plan that keeps the maximum iteration time; null if there is none
   */
  public Found search(double latestSeconds, double slopeWatts, Cooling cooling) {
    best = null;
    keepBest(latestSeconds);
    if (computations.length == 0 || computations[computations.length - 1] == 0) {
      return best;
    }
    double steps = Math.max(1, cooling.moves() / MOVES_PER_STEP);
    double cools = Math.pow(cooling.coldJoules() / cooling.hotJoules(), 1 / steps);
    double rises = Math.pow(cooling.lastPrice() / cooling.firstPrice(), 1 / steps);
    double temperature = cooling.hotJoules();
    double watts = slopeWatts * cooling.firstPrice();
    for (int move = 1; move <= cooling.moves(); move++) {
      tryMove(latestSeconds, watts, temperature);
      if (move % MOVES_PER_STEP == 0) {
        Interruption.check();
        temperature *= cools;
        watts *= rises;
      }
    }
    return best;
  }

  private void tryMove(double latestSeconds, double watts, double temperature) {
    trial.begin();
    overBorder = false;
    int[] lane = propose();
    double late = Math.max(0, plan.seconds() - latestSeconds) + shortfall;
    double allowed = -temperature * Math.log(1 - random.nextDouble());
    double spare = plan.joules() + watts * late + allowed - trial.joules();
    double limit = latestSeconds + spare / watts;
    boolean inTime =
        !trial.isUnchanged()
            && spare >= 0
            && (lane == null || overBorder || !trial.exceeds(lane, from, to, limit))
            && trial.evaluate(limit);
    double next = inTime ? dwell.shortfall(plan, trial.seconds()) : 0;
    if (!inTime || next > 0 && next > limit - Math.max(latestSeconds, trial.seconds())) {
      trial.reject();
    } else {
      trial.accept();
      shortfall = next;
      keepBest(latestSeconds);
    }
  }

  private void keepBest(double latestSeconds) {
    if (plan.seconds() <= latestSeconds
        && shortfall == 0
        && (best == null || plan.joules() < best.joules - SAME_JOULES)) {
      int[] settings = best == null ? new int[tables.operations] : best.settings;
      plan.copyTo(settings);
      best = new Found(settings, plan.seconds(), plan.joules());
    }
  }

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

  /**
   * Returns 1 with probability 1/2, 2 with probability 1/4, and so on, at most {@link #MAX_SHIFT}.
   */
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

  /** Proposes a move of one rank, and returns whether the move changes any frequency. */
  private boolean propose(Kind kind, int[] lane, int i, boolean left, int length, int target) {
    if (kind == Kind.SHIFT_PART) {
      from = i;
      to = Math.min(lane.length, i + length);
      return trial.propose(lane, from, to, target);
    }
    findRun(lane, i);
    if (kind == Kind.SHIFT_RUN) {
      if (dwell.leastSeconds() > 0 && random.nextBoolean()) {
        overBorder |= trial.proposeOverBorder(lane, from, to, target);
      }
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
