package perseus.planner.switching;

import java.util.Arrays;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.switching.ClockAnnealing.Found;

/**
 * Chooses the frequencies of the operations of a small problem by branch and bound. The search
 * minimizes the effective energy (energy minus the energy of waiting for the same time), with a
 * limit on the iteration time.
 *
 * <p>The search fixes the frequencies of the operations one after another, in the order of {@link
 * ClockOrder}. A partial plan has frequencies only for the operations that were visited already.
 * The search drops a partial plan in three cases:
 *
 * <ul>
 *   <li>A partial plan would make the iteration too long, even with the fastest frequencies for all
 *       later operations.
 *   <li>The lower bound on the energy of the partial plan ({@link ClockPrices}) is not below the
 *       best known energy.
 *   <li>Another partial plan (frequencies of the first operations) leads to at least as good plans
 *       ({@link ClockStates#dominates}).
 * </ul>
 *
 * <p>After each operation, the search keeps at most {@code width} partial plans, those with the
 * lowest bounds. The result is optimal if no partial plan was dropped because of {@code width}
 * ({@link #isComplete}).
 *
 * <p>With n operations, K frequencies and width W, the search takes O(n W K (n + log(W K))) time
 * and O(W (n + K)) memory. If clocks must be held for a minimum time, the result may not be
 * optimal. A dropped partial plan may start a computation later than the partial plan that was
 * kept, and so hold a clock for longer. Source of branch and bound: Land and Doig, Econometrica 28,
 * 1960. Objects of this class are not thread-safe.
 */
public final class ClockBeam {
  /** Maximum number of operations of a small problem. The maximum limits time and memory. */
  private static final int MAX_OPERATIONS = 64;

  private static final int MAX_LANES = 16;

  private static final double MIN_LOSS_JOULES = 1e-9;

  private static final double EPSILON_SECONDS = 1e-12;

  private final ClockTables tables;
  private final ClockDwell dwell;
  private final ClockOrder order;
  private final PathFlow flow;
  private final double latestSeconds;
  private final int width;
  private final double longestChange;
  private final int[] laneOf;
  private final int[][] useful;

  private final ClockHistory history = new ClockHistory();
  private final ClockCandidates candidates = new ClockCandidates();
  private ClockStates now;
  private ClockStates next;
  private ClockTails tails;
  private ClockPrices prices;
  private ClockStep step;
  private long work;
  private boolean complete;

  /**
   * @param flow prices of time for the operations and precedences; the lower bounds are valid with
   *     every flow
   * @param latestSeconds maximum iteration time in seconds
   * @param width maximum number of partial plans (frequencies of the first operations) that are
   *     kept after each operation
   */
  public ClockBeam(
      ClockTables tables,
      ClockDwell dwell,
      ClockOrder order,
      PathFlow flow,
      double latestSeconds,
      int width) {
    this.tables = tables;
    this.dwell = dwell;
    this.order = order;
    this.flow = flow;
    this.latestSeconds = latestSeconds;
    this.width = width;
    longestChange = tables.longestChange();
    laneOf = tables.laneOf();
    useful = new int[tables.operations][];
    Arrays.setAll(useful, tables::usefulSettings);
    now = new ClockStates(width, order.slots, tables, dwell);
    next = new ClockStates(width, order.slots, tables, dwell);
  }

  /** Returns whether a problem is small enough for branch and bound. */
  public static boolean isSmall(PlanningProblem problem) {
    return problem.dag().size() <= MAX_OPERATIONS
        && problem.dag().lanes() <= MAX_LANES
        && isSmall(new ClockTables(problem));
  }

  public static boolean isSmall(ClockTables tables) {
    return tables.operations <= MAX_OPERATIONS
        && tables.lanes.length <= MAX_LANES
        && tables.settings <= Byte.MAX_VALUE;
  }

  /**
   * Returns the number of partial plans (frequencies of the first operations) that all searches of
   * this object made.
   */
  public long work() {
    return work;
  }

  /** Returns whether the beam width had no influence on the last search. */
  public boolean isComplete() {
    return complete;
  }

  /**
   * Searches for a plan with less effective energy (energy minus the energy of waiting for the same
   * time) than a known plan.
   *
   * @param known for each operation, the index of its frequency in the known plan
   * @param knownJoules energy of the known plan in joules, minus the energy of waiting for the same
   *     time
   * @param free for each operation, whether the search may change its frequency
   * @return the best plan that was found; null if no found plan is better than the known plan
   */
  public Found search(int[] known, double knownJoules, boolean[] free) {
    int[][] allowed = new int[tables.operations][];
    Arrays.setAll(allowed, j -> free[j] ? useful[j] : new int[] {known[j]});
    tails = new ClockTails(tables, allowed, latestSeconds);
    prices = new ClockPrices(tables, order, flow, allowed, latestSeconds);
    history.clear();
    complete = true;
    now.start();
    for (int i = 0; i < order.operations.length && now.size > 0; i++) {
      step = new ClockStep(tables, order, i, prices.in[i], tails.usefulStarts);
      extend(i, allowed[order.operations[i]], knownJoules - MIN_LOSS_JOULES);
      work += candidates.size;
      keep(i);
    }
    return now.size == 0 ? null : best();
  }

  private void extend(int i, int[] allowed, double budget) {
    int j = order.operations[i];
    int settings = tables.settings;
    int lane = laneOf[j];
    boolean follows = longestChange > 0 && tables.before[j] != PlanningProblem.NONE;
    double nextWatts =
        longestChange > 0 && tables.after[j] != PlanningProblem.NONE
            ? flow.changeWatts[tables.after[j]]
            : 0;
    candidates.clear(now.size * allowed.length);
    for (int b = 0; b < now.size; b++) {
      int rank = b * now.lanes + lane;
      double ready =
          order.slot[j] == PlanningProblem.NONE
              ? tails.usefulStarts[j]
              : now.ready[b * now.slots + order.slot[j]];
      double joules = now.joules[b] + prices.constants[i] + otherRanks(b, i, lane);
      for (int k = 0; k < step.otherSlots.length; k++) {
        joules += step.otherWatts[k] * now.ready[b * now.slots + step.otherSlots[k]];
      }
      for (int s : allowed) {
        double start = ready;
        if (follows && now.last[rank] != s) {
          double change = tables.changeSeconds[now.last[rank] * settings + s];
          start = Math.max(start, now.lastEnd[rank] + change);
        }
        double end = start + tables.seconds[j * settings + s];
        if (end + tails.fastest[j] > latestSeconds + EPSILON_SECONDS) {
          continue;
        }
        double bound =
            joules
                + tables.joules[j * settings + s]
                + prices.after[j * settings + s]
                + nextWatts * end;
        for (int k = 0; k < step.successorSlots.length; k++) {
          bound += step.successorWatts[k] * step.ready(k, now, b, end);
        }
        if (bound < budget
            && isPeriodic(b, j, lane, s, end)
            && holdsClocks(b, j, lane, s, start, end)) {
          candidates.add(b, s, start, end, bound);
        }
      }
    }
  }

  private double otherRanks(int b, int i, int lane) {
    double sum = 0;
    for (int other = 0; other < now.lanes; other++) {
      int j = order.lastOf[i][other];
      if (other != lane && j != PlanningProblem.NONE && tables.after[j] != PlanningProblem.NONE) {
        sum += prices.after[j * tables.settings + now.last[b * now.lanes + other]];
        if (longestChange > 0) {
          sum += flow.changeWatts[tables.after[j]] * now.lastEnd[b * now.lanes + other];
        }
      }
    }
    return sum;
  }

  private boolean isPeriodic(int b, int j, int lane, int s, double end) {
    if (longestChange == 0
        || lane == PlanningProblem.NONE
        || tables.after[j] != PlanningProblem.NONE) {
      return true;
    }
    int at = b * now.lanes + lane;
    int first = tables.before[j] == PlanningProblem.NONE ? s : now.first[at];
    return first == ClockStates.NONE
        || first == s
        || end + tables.changeSeconds[s * tables.settings + first] - now.firstStart[at]
            <= latestSeconds + EPSILON_SECONDS;
  }

  private boolean holdsClocks(int b, int j, int lane, int s, double start, double end) {
    return now.holds == null
        || lane == PlanningProblem.NONE
        || now.holds.leastIteration(b, lane, s, start, end, isLast(j)) <= latestSeconds;
  }

  private boolean isLast(int j) {
    return tables.after[j] == PlanningProblem.NONE;
  }

  private void keep(int i) {
    candidates.sort();
    int[] parentsHere = new int[Math.min(width, candidates.size)];
    byte[] chosenHere = new byte[parentsHere.length];
    // If clocks must be held for a minimum time, no whole plan is dropped as dominated. The hold
    // times of a whole plan depend on its iteration time.
    boolean compares = dwell.leastSeconds() == 0 || i + 1 < order.operations.length;
    next.clear();
    for (int r = 0; r < candidates.size; r++) {
      if (next.size == width) {
        complete = false;
        break;
      }
      int c = candidates.ranked(r);
      put(next.size, c, order.operations[i]);
      if (!compares || !next.isDominated(next.size, step.pendingSlots)) {
        parentsHere[next.size] = candidates.parents[c];
        chosenHere[next.size] = candidates.settings[c];
        next.add();
      }
    }
    history.add(parentsHere, chosenHere);
    ClockStates swap = now;
    now = next;
    next = swap;
  }

  private void put(int b, int c, int j) {
    int parent = candidates.parents[c];
    byte setting = candidates.settings[c];
    double end = candidates.ends[c];
    next.copy(now, parent, b);
    next.joules[b] += tables.joules[j * tables.settings + setting];
    for (int k = 0; k < step.successorSlots.length; k++) {
      next.ready[b * next.slots + step.successorSlots[k]] = step.ready(k, now, parent, end);
    }
    int lane = laneOf[j];
    if (lane == PlanningProblem.NONE) {
      return;
    }
    boolean isLast = isLast(j);
    if (next.holds != null) {
      next.holds.put(b, lane, setting, candidates.starts[c], end, isLast);
    }
    if (longestChange > 0 && tables.before[j] == PlanningProblem.NONE) {
      double start = candidates.starts[c];
      byte first = start < longestChange ? setting : ClockStates.NONE;
      next.setFirst(b, lane, first, Math.min(start, longestChange));
    }
    if (longestChange > 0 && isLast) {
      next.setFirst(b, lane, ClockStates.NONE, 0);
    }
    next.setLast(b, lane, isLast ? ClockStates.NONE : setting, isLast ? 0 : end);
  }

  /** Returns the best whole plan that holds its clocks long enough; null if there is none. */
  private Found best() {
    Found best = null;
    for (int b = 0; b < now.size; b++) {
      if (best == null || now.joules[b] < best.joules()) {
        ClockTiming plan = new ClockTiming(tables, history.settings(order, b));
        if (dwell.shortfall(plan, plan.seconds()) == 0) {
          best = new Found(plan.chosen, plan.seconds(), now.joules[b]);
        }
      }
    }
    return best;
  }
}
