package perseus.planner;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Improves a plan by moving all events of a chain ({@link EventChains}) at once, each to the best
 * of several times around its own, by dynamic programming.
 *
 * <p><b>Problem.</b> Give every operation j a start x_j; it costs {@code g_j(min_k (x_k - lag_jk) -
 * x_j)} over its successors k, where g_j(d), the least energy of an option that takes at most d, is
 * a falling step function. The least sum is the cheapest plan. Where a pipeline is full nearly all
 * its operations are critical: whoever takes a step longer takes it from neighbours that cannot use
 * or spare just that much, and improving operations one by one, or two by two, soon ends.
 *
 * <p><b>Method.</b> With all other events in place, the sum over a chain's operations is one of
 * terms of neighbouring events. The dynamic program goes along the chain and keeps, for each of the
 * times that an event may move to, the least sum up to there. An operation between two events is
 * tried with each of its options, and waits where it ends early: of the times of the event before
 * that leave an option enough, the least sum is known as a running minimum. So a place costs
 * (times) x (options within reach), not the square of the times.
 *
 * <p>{@link #descend} goes through chains until none improves. {@link #shake} repeats that from
 * events that were moved at random, and keeps what is better (iterated local search: Lourenço,
 * Martin and Stützle, Handbook of Metaheuristics, 2003). The seed is fixed: equal inputs give equal
 * plans.
 */
final class ChainSearch {
  private static final long SEED = 20241104;

  /** Times before and after its own that an event may move to, and how many make a mean step. */
  private static final int REACH = 16;

  private static final int TIMES_PER_STEP = 8;
  private static final int TIMES = 2 * REACH + 1;

  /** How many mean steps' joules a time is made dearer, at the most, to shake a chain. */
  private static final double NOISE = 4;

  /** Joules that are not worth a move; keeps chains from moving in circles. */
  private static final double NOTHING = 1e-9;

  private static final long FAR = Long.MAX_VALUE / 4;

  private final Timing.Network network;
  private final EventChains events;
  private final long deadline;
  private final long grid;
  private final double noise;

  /** Start of each operation in ticks, and what it costs there in joules. */
  private final long[] starts;

  private final double[] costs;
  private double energy;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final BitSet open = new BitSet();

  /** Place of each event in the chain at hand, or NONE. */
  private final int[] place;

  private final double[] least = new double[TIMES];
  private final double[] running = new double[TIMES];
  private final byte[] runningAt = new byte[TIMES];

  /** Time of the event before that goes with each time of an event of the chain at hand. */
  private final byte[][] from = new byte[EventChains.LONGEST][TIMES];

  /** Starts from a plan that is in time, with every operation as early as it can be. */
  ChainSearch(Timing.Network network, EventChains events, Timing timing) {
    this.network = network;
    this.events = events;
    this.deadline = timing.deadline();
    this.starts = new long[network.operations];
    Arrays.setAll(starts, timing::start);
    double step = 0;
    double joules = 0;
    int steps = 0;
    for (int j = 0; j < network.operations; j++) {
      int last = network.ticks[j].length - 1;
      step += network.ticks[j][last] - network.ticks[j][0];
      joules += network.energies[j][0] - network.energies[j][last];
      steps += last;
    }
    grid = Math.max(1, (long) (step / Math.max(1, steps) / TIMES_PER_STEP));
    noise = NOISE * joules / Math.max(1, steps);
    place = new int[events.members.length];
    Arrays.fill(place, PlanningProblem.NONE);
    costs = new double[network.operations];
    for (int j = 0; j < costs.length; j++) {
      costs[j] = cost(j, end(j) - starts[j]);
      energy += costs[j];
    }
  }

  /** Energy of the plan that the events stand for, in effective joules. */
  double energy() {
    return energy;
  }

  /** The cheapest option of every operation between its events. */
  int[] choices() {
    int[] choices = new int[starts.length];
    Arrays.setAll(choices, j -> network.slowestWithin(j, end(j) - starts[j]));
    return choices;
  }

  /** Moves chains until none improves. */
  void descend() {
    open.set(0, events.chains.size());
    settle();
  }

  private void settle() {
    for (int c = open.nextSetBit(0); c >= 0; c = next(c)) {
      open.clear(c);
      improve(events.chains.get(c), 0);
    }
  }

  private int next(int c) {
    int next = open.nextSetBit(c + 1);
    return next >= 0 ? next : open.nextSetBit(0);
  }

  /**
   * Moves a random chain at random, lets all chains settle, and goes back where that did not pay.
   *
   * @param times how often
   * @param wanted effective energy in joules that is low enough to stop at
   */
  void shake(int times, double wanted) {
    long[] bestStarts = starts.clone();
    double[] bestCosts = costs.clone();
    double best = energy;
    int chains = events.chains.size();
    for (int i = 0; i < times && chains > 0 && best > wanted; i++) {
      improve(events.chains.get(random.nextInt(chains)), noise * random.nextDouble());
      settle();
      if (energy <= best) {
        best = energy;
        System.arraycopy(starts, 0, bestStarts, 0, starts.length);
        System.arraycopy(costs, 0, bestCosts, 0, costs.length);
      } else {
        System.arraycopy(bestStarts, 0, starts, 0, starts.length);
        System.arraycopy(bestCosts, 0, costs, 0, costs.length);
        energy = best;
      }
    }
  }

  private void improve(EventChains.Chain chain, double noise) {
    int[] way = chain.events();
    for (int i = 0; i < way.length; i++) {
      place[way[i]] = i;
    }
    Arrays.fill(least, 0);
    for (int i = 0; i < way.length; i++) {
      goAcross(chain.across()[i], i);
      for (int j : chain.near()[i]) {
        addNear(j, i);
      }
      if (noise > 0) {
        for (int t = 0; t < TIMES; t++) {
          least[t] += noise * random.nextDouble();
        }
      }
    }
    // Of equal times that of now, so that nothing moves without need.
    int best = REACH;
    for (int t = 0; t < TIMES; t++) {
      if (least[t] < least[best] - NOTHING) {
        best = t;
      }
    }
    for (int event : way) {
      place[event] = PlanningProblem.NONE;
    }
    if (least[best] < Double.POSITIVE_INFINITY) {
      move(chain, best, noise > 0);
    }
  }

  /** Moves a chain to where the dynamic program found it best, if that is better indeed. */
  private void move(EventChains.Chain chain, int last, boolean anyway) {
    int[] to = new int[chain.events().length];
    int at = last;
    for (int i = to.length - 1; i >= 0; i--) {
      to[i] = at - REACH;
      at = from[i][at];
    }
    shift(chain, to, 1);
    double change = change(chain);
    if (!(change < -NOTHING || anyway && change < Double.POSITIVE_INFINITY)) {
      shift(chain, to, -1);
      return;
    }
    energy += change;
    for (int i = 0; i < to.length; i++) {
      if (to[i] != 0) {
        for (int c : events.chainsNear[chain.events()[i]]) {
          open.set(c);
        }
      }
    }
    for (int j : chain.limited()) {
      costs[j] = cost(j, end(j) - starts[j]);
    }
  }

  private void shift(EventChains.Chain chain, int[] to, int sign) {
    for (int i = 0; i < to.length; i++) {
      for (int j : events.members[chain.events()[i]]) {
        starts[j] += sign * to[i] * grid;
      }
    }
  }

  /** What the operations of a chain cost more than is known, in joules. */
  private double change(EventChains.Chain chain) {
    double change = 0;
    for (int j : chain.limited()) {
      change += cost(j, end(j) - starts[j]) - costs[j];
    }
    return change;
  }

  private long end(int j) {
    long end = deadline;
    int[] successors = network.successors[j];
    for (int i = 0; i < successors.length; i++) {
      end = Math.min(end, starts[successors[i]] - network.lagToSuccessor[j][i]);
    }
    return end;
  }

  private double cost(int j, long available) {
    int option = network.slowestWithin(j, available);
    return network.ticks[j][option] > available
        ? Double.POSITIVE_INFINITY
        : network.energies[j][option];
  }

  // Terms of the sum. An operation's time is bounded by where it starts and by where its successors
  // do; each of these may be the event at hand, the one before, or stay in place.

  private long latestEnd;
  private long endAtPlace;
  private long endBefore;

  /** Where an operation has to end, as far as events at a place, before it, and others say so. */
  private void findEnds(int j, int i) {
    latestEnd = deadline;
    endAtPlace = FAR;
    endBefore = FAR;
    int[] successors = network.successors[j];
    for (int s = 0; s < successors.length; s++) {
      long end = starts[successors[s]] - network.lagToSuccessor[j][s];
      int at = place[events.eventOf[successors[s]]];
      if (at == i) {
        endAtPlace = Math.min(endAtPlace, end);
      } else if (at == i - 1 && at >= 0) {
        endBefore = Math.min(endBefore, end);
      } else {
        latestEnd = Math.min(latestEnd, end);
      }
    }
  }

  /** Adds what an operation costs that depends on one event alone. */
  private void addNear(int j, int i) {
    findEnds(j, i);
    long[] ticks = network.ticks[j];
    double[] energies = network.energies[j];
    boolean starting = place[events.eventOf[j]] == i;
    long early = -REACH * grid;
    int option =
        network.slowestWithin(
            j, Math.min(latestEnd, endAtPlace + early) - starts[j] - (starting ? early : 0));
    for (int t = 0; t < TIMES; t++) {
      long later = (t - REACH) * grid;
      long available = Math.min(latestEnd, endAtPlace + later) - starts[j] - (starting ? later : 0);
      while (option > 0 && ticks[option] > available) {
        option--;
      }
      while (option + 1 < ticks.length && ticks[option + 1] <= available) {
        option++;
      }
      least[t] += ticks[option] > available ? Double.POSITIVE_INFINITY : energies[option];
    }
  }

  /** Goes on from the least sums at the place before {@code i} to those at {@code i}. */
  private void goAcross(int[] operations, int i) {
    if (i == 0) {
      return;
    }
    if (operations.length == 1 && place[events.eventOf[operations[0]]] == i - 1) {
      goAcross(operations[0], i);
    } else {
      goAcrossAll(operations, i);
    }
  }

  private void goAcross(int j, int i) {
    int earliest = 0;
    for (int t = 0; t < TIMES; t++) {
      if (least[t] < least[earliest]) {
        earliest = t;
      }
      running[t] = least[earliest];
      runningAt[t] = (byte) earliest;
    }
    findEnds(j, i);
    long longest = endBefore - starts[j];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    long[] ticks = network.ticks[j];
    for (int option = firstWorthTrying(j); option < ticks.length; option++) {
      long time = ticks[option];
      // How late the event before may be for this option, and how much later than this one.
      long latest = Math.floorDiv(latestEnd - starts[j] - time, grid) + REACH;
      long behind = Math.floorDiv(endAtPlace - starts[j] - time, grid);
      if (time > longest || latest < 0 || behind <= -TIMES) {
        break;
      }
      take(
          network.energies[j][option],
          (int) Math.min(latest, TIMES - 1),
          (int) Math.min(behind, TIMES),
          from[i]);
    }
  }

  /**
   * Takes an option of some joules for the times of an event for which that is best: the event
   * before is at {@code latest} or earlier, and at most {@code behind} times later.
   */
  private void take(double joules, int latest, int behind, byte[] from) {
    int t = Math.max(0, -behind);
    int bounded = Math.min(TIMES, Math.max(t, latest - behind));
    for (; t < bounded; t++) {
      double sum = running[t + behind] + joules;
      if (sum < least[t]) {
        least[t] = sum;
        from[t] = runningAt[t + behind];
      }
    }
    double sum = running[latest] + joules;
    byte at = runningAt[latest];
    for (; t < TIMES; t++) {
      if (sum < least[t]) {
        least[t] = sum;
        from[t] = at;
      }
    }
  }

  /** The slowest option that fits wherever both events go; faster ones cost more. */
  private int firstWorthTrying(int j) {
    long reach = REACH * grid;
    long always =
        Math.min(Math.min(endBefore, latestEnd - reach), endAtPlace - 2 * reach) - starts[j];
    return network.slowestWithin(j, always);
  }

  private void goAcrossAll(int[] operations, int i) {
    double[][] sums = new double[TIMES][TIMES];
    for (int j : operations) {
      findEnds(j, i);
      int at = place[events.eventOf[j]];
      for (int a = 0; a < TIMES; a++) {
        long before = (a - REACH) * grid;
        for (int t = 0; t < TIMES; t++) {
          long later = (t - REACH) * grid;
          long start = starts[j] + (at == i ? later : at == i - 1 ? before : 0);
          long end = Math.min(latestEnd, Math.min(endAtPlace + later, endBefore + before));
          sums[a][t] += cost(j, end - start);
        }
      }
    }
    System.arraycopy(least, 0, running, 0, TIMES);
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    for (int a = 0; a < TIMES; a++) {
      for (int t = 0; t < TIMES; t++) {
        double sum = running[a] + sums[a][t];
        if (sum < least[t]) {
          least[t] = sum;
          from[i][t] = (byte) a;
        }
      }
    }
  }
}
