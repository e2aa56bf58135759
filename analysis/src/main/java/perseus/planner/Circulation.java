package perseus.planner;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The relaxed problem at one makespan, by cost scaling: events and a flow that come closer to each
 * other's optimum the smaller a tolerance is.
 *
 * <p>To the {@link EventNetwork} comes an arc from the sink back to the source, as long as minus
 * the makespan. The circulation of greatest length is the dual of the cheapest events within the
 * makespan ({@link FrontierSolver}), and what it sends around is the slope of the frontier there.
 * <em>Any</em> circulation f gives a lower bound at every makespan T: {@code sum_j min_d (eps_j(d)
 * + f_j d) + sum_precedences f lag - f_back T}. Any events give an upper bound at their own
 * makespan.
 *
 * <p>{@link #refine} takes events and flows that are near each other's optimum to ones within a
 * smaller tolerance, in the manner of Goldberg and Tarjan (Mathematics of Operations Research 15,
 * 1990): what violates the tolerance is taken off the arcs, and the excess that this leaves at
 * events is pushed along arcs of negative slack, where {@code slack = to - from - length}; an event
 * without such an arc is put off. Every so often, all events are put off at once by their distance
 * from a deficit.
 */
final class Circulation {
  /** No residual arc: so short that its slack is beyond any tolerance. */
  private static final long NO_CAPACITY = -(1L << 60);

  /** Events are put off by at most this many tolerances at once. */
  private static final int MOST_LEVELS = 1 << 14;

  private static final int NONE = -1;

  /** Searches for distances are repeated after as many pushed-off events, per event. */
  private static final double PUT_OFF_PER_SEARCH = 0.06;

  private final EventNetwork network;
  private final ScaledCosts costs;
  private final ScaledCosts.Hull[] hulls;
  private final int nodes;
  private final int back;

  /** Residual arcs that leave node v stand from {@code first[v]} to {@code first[v + 1] - 1}. */
  private final int[] first;

  private final int[] head;

  /** Where the residual arc in the other direction stands. */
  private final int[] twin;

  /** The network's arc that a residual arc runs along, or against: then its complement. */
  private final int[] arcOf;

  /** Where the residual arcs along the network's arcs stand. */
  private final int[] position;

  /** Length of a residual arc's next unit of flow, and of that of its twin. */
  private final long[] length;

  private final long[] twinLength;

  private final long[] events;
  private final long[] flow;
  private final int[] point;

  private final long[] latest;
  private final long[] durations;
  private long makespan;

  private final long[] excess;
  private final int[] cursor;
  private final BitSet active;
  private final int[] level;
  private final int[] bucket = new int[MOST_LEVELS];
  private final int[] nextInBucket;
  private final int[] previousInBucket;

  Circulation(EventNetwork network, ScaledCosts costs) {
    this.network = network;
    this.costs = costs;
    nodes = network.nodes();
    back = network.arcs();
    int[] from = Arrays.copyOf(network.from, back + 1);
    int[] to = Arrays.copyOf(network.to, back + 1);
    from[back] = network.sink;
    to[back] = EventNetwork.SOURCE;
    hulls = new ScaledCosts.Hull[network.operations];
    Arrays.setAll(hulls, costs::hull);
    first = EventNetwork.firsts(nodes, from, to);
    head = new int[2 * from.length];
    twin = new int[head.length];
    arcOf = new int[head.length];
    position = new int[from.length];
    length = new long[head.length];
    twinLength = new long[head.length];
    int[] next = first.clone();
    for (int arc = 0; arc < from.length; arc++) {
      int along = next[from[arc]]++;
      int against = next[to[arc]]++;
      position[arc] = along;
      head[along] = to[arc];
      head[against] = from[arc];
      twin[along] = against;
      twin[against] = along;
      arcOf[along] = arc;
      arcOf[against] = ~arc;
    }
    events = new long[nodes];
    flow = new long[from.length];
    point = new int[network.operations];
    latest = new long[nodes];
    durations = new long[network.operations];
    excess = new long[nodes];
    cursor = new int[nodes];
    active = new BitSet(nodes);
    level = new int[nodes];
    nextInBucket = new int[nodes];
    previousInBucket = new int[nodes];
  }

  /**
   * A solution within some tolerance.
   *
   * @param makespan in ticks, at least that of the events
   * @param events event times in ticks, which keep all precedences
   * @param flow through every arc of the network, and back from the sink to the source
   * @param intercept effective energy in joules at which the lower bound's line meets T = 0
   * @param slope watts by which that line falls
   * @param upper effective energy of the events in joules
   */
  record Solution(
      long makespan, long[] events, long[] flow, double intercept, double slope, double upper) {
    /** This solution, taken for that of the makespan that its events have. */
    Solution atItsMakespan(int sink) {
      return new Solution(events[sink], events, flow, intercept, slope, upper);
    }
  }

  /** Starts from events and flows that may be far from an optimum. */
  void start(long latestEnd, long[] fromEvents, long[] fromFlow) {
    makespan = latestEnd;
    System.arraycopy(fromEvents, 0, events, 0, nodes);
    System.arraycopy(fromFlow, 0, flow, 0, flow.length);
    keepPrecedences();
  }

  private long fastest(int j) {
    long[] ticks = hulls[j].ticks();
    return ticks[ticks.length - 1];
  }

  /**
   * Moves events so that all precedences are kept within the makespan and every operation takes at
   * least its fastest time: as early as the durations of now allow, and no later than the makespan
   * does with all operations at their fastest.
   */
  private void keepPrecedences() {
    for (int j = 0; j < network.operations; j++) {
      long duration = events[network.to[j]] - events[network.from[j]];
      durations[j] = Math.max(fastest(j), Math.min(hulls[j].ticks()[0], duration));
    }
    System.arraycopy(network.earliest(durations), 0, events, 0, nodes);
    Arrays.fill(latest, makespan);
    for (int i = network.leaving.length - 1; i >= 0; i--) {
      int arc = network.leaving[i];
      long ticks = arc < network.operations ? fastest(arc) : network.lag[arc];
      latest[network.from[arc]] =
          Math.min(latest[network.from[arc]], latest[network.to[arc]] - ticks);
    }
    for (int v = EventNetwork.SOURCE + 1; v < nodes; v++) {
      events[v] = Math.min(events[v], latest[v]);
    }
  }

  /** Where the search stands. */
  Solution solution() {
    double intercept = 0;
    double upper = 0;
    for (int j = 0; j < network.operations; j++) {
      OptionSet set = hulls[j].set();
      double watts = costs.watts(flow[j]);
      double least = Double.POSITIVE_INFINITY;
      for (int k : set.hull()) {
        least = Math.min(least, set.effectiveEnergy(k) + watts * set.time(k));
      }
      intercept += least;
      upper += hulls[j].effectiveEnergy(events[network.to[j]] - events[network.from[j]]);
    }
    for (int arc = network.operations; arc < back; arc++) {
      if (flow[arc] != 0 && network.lag[arc] != 0) {
        intercept += costs.watts(flow[arc]) * costs.seconds(network.lag[arc]);
      }
    }
    return new Solution(
        makespan, events.clone(), flow.clone(), intercept, costs.watts(flow[back]), upper);
  }

  /** Brings events and flow within {@code 2^toleranceBits} ticks of each other's optimum. */
  void refine(int toleranceBits) {
    long tolerance = 1L << toleranceBits;
    takeOffViolations(tolerance);
    findExcess();
    while (putOffByDistance(toleranceBits)) {
      pushExcess(tolerance);
    }
    endBeforeSuccessors();
    keepPrecedences();
  }

  /** Leaves only flow whose arcs are within the tolerance: neither too long nor too short. */
  private void takeOffViolations(long tolerance) {
    for (int j = 0; j < network.operations; j++) {
      long duration = events[network.to[j]] - events[network.from[j]];
      long least = hulls[j].flowAbove(duration + tolerance);
      long most = hulls[j].flowFrom(duration - tolerance);
      setFlow(j, Math.max(least, Math.min(most, flow[j])));
    }
    for (int arc = network.operations; arc < back; arc++) {
      long slack = events[network.to[arc]] - events[network.from[arc]] - network.lag[arc];
      setFlow(arc, slack > tolerance ? 0 : flow[arc]);
    }
    long slack = makespan - events[network.sink] + events[EventNetwork.SOURCE];
    setFlow(back, slack > tolerance ? 0 : flow[back]);
  }

  /**
   * Within the tolerance, precedences may be broken: ends every operation where the next ones
   * start, which costs each a tolerance or two and adds up along no path.
   */
  private void endBeforeSuccessors() {
    long begin = events[EventNetwork.SOURCE];
    for (int v = 0; v < nodes; v++) {
      events[v] -= begin;
    }
    events[network.sink] = makespan;
    for (int arc = network.operations; arc < back; arc++) {
      events[network.from[arc]] = makespan;
    }
    for (int arc = network.operations; arc < back; arc++) {
      int end = network.from[arc];
      events[end] = Math.min(events[end], events[network.to[arc]] - network.lag[arc]);
    }
  }

  private void findExcess() {
    Arrays.fill(excess, 0);
    for (int arc = 0; arc <= back; arc++) {
      int along = position[arc];
      excess[head[along]] += flow[arc];
      excess[head[twin[along]]] -= flow[arc];
    }
  }

  private void setFlow(int arc, long amount) {
    flow[arc] = amount;
    int along = position[arc];
    int against = twin[along];
    long forth;
    long reverse = NO_CAPACITY;
    if (arc < network.operations) {
      ScaledCosts.Hull hull = hulls[arc];
      int k = hull.nextPoint(point[arc], amount);
      point[arc] = k;
      forth = hull.ticks()[k];
      if (amount != 0) {
        reverse = -hull.ticks()[hull.lastPoint(k, amount)];
      }
    } else {
      forth = arc == back ? -makespan : network.lag[arc];
      if (amount != 0) {
        reverse = -forth;
      }
    }
    length[along] = forth;
    twinLength[against] = forth;
    length[against] = reverse;
    twinLength[along] = reverse;
  }

  /**
   * Puts all events off by their distance from the nearest deficit, in tolerances; then every
   * excess has a way of negative slack to one. Dial's buckets hold the nodes by distance.
   *
   * @return whether there is any excess
   */
  private boolean putOffByDistance(int toleranceBits) {
    int unreached = 0;
    Arrays.fill(level, MOST_LEVELS);
    Arrays.fill(bucket, NONE);
    for (int v = 0; v < nodes; v++) {
      if (excess[v] > 0) {
        unreached++;
      } else if (excess[v] < 0) {
        enterBucket(v, 0);
      }
    }
    if (unreached == 0) {
      return false;
    }
    int last = MOST_LEVELS;
    for (int d = 0; d < MOST_LEVELS && last == MOST_LEVELS; d++) {
      while (bucket[d] != NONE && unreached > 0) {
        int v = bucket[d];
        leaveBucket(v);
        unreached -= excess[v] > 0 ? 1 : 0;
        reachFrom(v, toleranceBits);
      }
      if (unreached == 0) {
        last = d;
      }
    }
    for (int v = 0; v < nodes; v++) {
      events[v] += (long) Math.min(last, level[v]) << toleranceBits;
    }
    return true;
  }

  private void reachFrom(int v, int toleranceBits) {
    int d = level[v];
    for (int c = first[v]; c < first[v + 1]; c++) {
      int u = head[c];
      if (level[u] > d) {
        long slack = events[v] - events[u] - twinLength[c];
        long through = d + (slack < 0 ? 0 : (slack >> toleranceBits) + 1);
        if (through < level[u]) {
          if (level[u] < MOST_LEVELS) {
            leaveBucket(u);
          }
          enterBucket(u, (int) through);
        }
      }
    }
  }

  private void enterBucket(int v, int d) {
    int next = bucket[d];
    level[v] = d;
    nextInBucket[v] = next;
    previousInBucket[v] = NONE;
    if (next != NONE) {
      previousInBucket[next] = v;
    }
    bucket[d] = v;
  }

  private void leaveBucket(int v) {
    int next = nextInBucket[v];
    int previous = previousInBucket[v];
    if (previous == NONE) {
      bucket[level[v]] = next;
    } else {
      nextInBucket[previous] = next;
    }
    if (next != NONE) {
      previousInBucket[next] = previous;
    }
  }

  /**
   * Pushes excess towards deficits for a while, sweeping through the iteration to and fro: a sweep
   * takes excess along as far as it goes, and walks through memory in order.
   */
  private void pushExcess(long tolerance) {
    System.arraycopy(first, 0, cursor, 0, nodes);
    active.clear();
    for (int v = 0; v < nodes; v++) {
      if (excess[v] > 0) {
        active.set(v);
      }
    }
    int left = Math.max(1, (int) (PUT_OFF_PER_SEARCH * nodes));
    for (boolean up = true; left > 0 && !active.isEmpty(); up = !up) {
      int v = next(up ? 0 : nodes, up);
      while (v >= 0 && left > 0) {
        left -= discharge(v, tolerance);
        v = next(up ? v + 1 : v - 1, up);
      }
    }
  }

  private int next(int from, boolean up) {
    return up ? active.nextSetBit(from) : active.previousSetBit(from);
  }

  /** Pushes all that an event has; returns how often it had to be put off for that. */
  private int discharge(int v, long tolerance) {
    active.clear(v);
    int times = 0;
    while (excess[v] > 0) {
      int c = nextAdmissible(v);
      if (c == NONE) {
        putOff(v, tolerance);
        times++;
      } else {
        push(c, v);
        if (excess[head[c]] > 0) {
          active.set(head[c]);
        }
      }
    }
    return times;
  }

  private int nextAdmissible(int v) {
    long time = events[v];
    int end = first[v + 1];
    for (int c = cursor[v]; c < end; c++) {
      if (events[head[c]] - time < length[c]) {
        cursor[v] = c;
        return c;
      }
    }
    cursor[v] = end;
    return NONE;
  }

  /** Puts an event off until one of its arcs is as short as the tolerance allows. */
  private void putOff(int v, long tolerance) {
    long least = Long.MAX_VALUE;
    for (int c = first[v]; c < first[v + 1]; c++) {
      least = Math.min(least, events[head[c]] - length[c]);
    }
    events[v] = least + tolerance;
    cursor[v] = first[v];
  }

  /** Pushes along a residual arc what its tail has, as far as its slack stays negative. */
  private void push(int c, int v) {
    int to = head[c];
    int arc = arcOf[c];
    long amount = excess[v];
    if (arc >= 0) {
      if (arc < network.operations) {
        amount = Math.min(amount, hulls[arc].flowAbove(events[to] - events[v]) - flow[arc]);
      }
      setFlow(arc, flow[arc] + amount);
    } else {
      arc = ~arc;
      long kept = arc < network.operations ? hulls[arc].flowFrom(events[v] - events[to]) : 0;
      amount = Math.min(amount, flow[arc] - kept);
      setFlow(arc, flow[arc] - amount);
    }
    excess[v] -= amount;
    excess[to] += amount;
  }
}
