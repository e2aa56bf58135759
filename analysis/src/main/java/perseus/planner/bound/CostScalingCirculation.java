package perseus.planner.bound;

import java.util.Arrays;
import java.util.BitSet;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.IntegerHull;
import perseus.planner.network.TickScale;
import perseus.planner.problem.ExecutionOptions;

/**
 * The relaxed problem at one makespan, by cost scaling: events and a flow that come closer to each
 * other's optimum the smaller a tolerance is.
 *
 * <p>To the {@link EventNetwork} comes an arc from the sink back to the source, as long as minus
 * the makespan. The circulation of greatest length is the dual of the cheapest events within the
 * makespan ({@link BreakpointSolver}), and what it sends around is the slope of the frontier there.
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
final class CostScalingCirculation {
  /** Events are put off by at most this many tolerances at once. */
  private static final int MOST_LEVELS = 1 << 14;

  private static final int NONE = -1;

  /** Searches for distances are repeated after as many pushed-off events, per event. */
  private static final double PUT_OFF_PER_SEARCH = 0.06;

  private final EventNetwork network;
  private final TickScale costs;
  private final IntegerHull[] hulls;
  private final int nodes;
  private final int back;

  private final ResidualGraph arcs;
  private final long[] events;
  private final long[] flow;
  private final int[] point;

  private final FeasibleEvents repair;
  private long makespan;

  private final long[] excess;
  private final int[] cursor;
  private final BitSet active;
  private final DistanceBuckets levels;

  CostScalingCirculation(EventNetwork network, TickScale costs) {
    this.network = network;
    this.costs = costs;
    nodes = network.nodes();
    back = network.arcs();
    int[] from = Arrays.copyOf(network.from, back + 1);
    int[] to = Arrays.copyOf(network.to, back + 1);
    from[back] = network.sink;
    to[back] = EventNetwork.SOURCE;
    arcs = new ResidualGraph(nodes, from, to);
    hulls = new IntegerHull[network.operations];
    Arrays.setAll(hulls, costs::hull);
    events = new long[nodes];
    flow = new long[back + 1];
    point = new int[network.operations];
    repair = new FeasibleEvents(network, hulls);
    excess = new long[nodes];
    cursor = new int[nodes];
    active = new BitSet(nodes);
    levels = new DistanceBuckets(nodes, MOST_LEVELS);
  }

  /**
   * A solution within some tolerance.
   *
   * @param makespan in ticks, at least that of the events
   * @param events event times in ticks, which keep all precedences
   * @param flow through every arc of the network, and back from the sink to the source
   * @param line that no plan's effective energy is below
   * @param upper effective energy of the events in joules
   */
  public record Solution(
      long makespan, long[] events, long[] flow, SupportingLine line, double upper) {
    /** This solution, taken for that of the makespan that its events have. */
    Solution atItsMakespan(int sink) {
      return new Solution(events[sink], events, flow, line, upper);
    }
  }

  /** Starts from events and flows that may be far from an optimum. */
  void start(long latestEnd, long[] fromEvents, long[] fromFlow) {
    makespan = latestEnd;
    System.arraycopy(fromEvents, 0, events, 0, nodes);
    System.arraycopy(fromFlow, 0, flow, 0, flow.length);
    repair.keepPrecedences(events, makespan);
  }

  /** Where the search stands. */
  Solution solution() {
    double intercept = 0;
    double upper = 0;
    for (int j = 0; j < network.operations; j++) {
      ExecutionOptions set = hulls[j].set();
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
    SupportingLine line = new SupportingLine(intercept, costs.watts(flow[back]));
    return new Solution(makespan, events.clone(), flow.clone(), line, upper);
  }

  /** Brings events and flow within {@code 2^toleranceBits} ticks of each other's optimum. */
  void refine(int toleranceBits) {
    long tolerance = 1L << toleranceBits;
    takeOffViolations(tolerance);
    findExcess();
    while (putOffByDistance(toleranceBits)) {
      pushExcess(tolerance);
    }
    repair.endBeforeSuccessors(events, makespan);
    repair.keepPrecedences(events, makespan);
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

  private void findExcess() {
    Arrays.fill(excess, 0);
    for (int arc = 0; arc <= back; arc++) {
      int along = arcs.position[arc];
      excess[arcs.head[along]] += flow[arc];
      excess[arcs.head[arcs.twin[along]]] -= flow[arc];
    }
  }

  private void setFlow(int arc, long amount) {
    flow[arc] = amount;
    long along;
    long against = ResidualGraph.NO_CAPACITY;
    if (arc < network.operations) {
      IntegerHull hull = hulls[arc];
      int k = hull.nextPoint(point[arc], amount);
      point[arc] = k;
      along = hull.ticks()[k];
      if (amount != 0) {
        against = -hull.ticks()[hull.lastPoint(k, amount)];
      }
    } else {
      along = arc == back ? -makespan : network.lag[arc];
      if (amount != 0) {
        against = -along;
      }
    }
    arcs.setLengths(arc, along, against);
  }

  /**
   * Puts all events off by their distance from the nearest deficit, in tolerances; then every
   * excess has a way of negative slack to one. Dial's buckets hold the nodes by distance.
   *
   * @return whether there is any excess
   */
  private boolean putOffByDistance(int toleranceBits) {
    int unreached = 0;
    levels.clear();
    for (int v = 0; v < nodes; v++) {
      if (excess[v] > 0) {
        unreached++;
      } else if (excess[v] < 0) {
        levels.lower(v, 0);
      }
    }
    if (unreached == 0) {
      return false;
    }
    int last = MOST_LEVELS;
    for (int d = 0; d < MOST_LEVELS && last == MOST_LEVELS; d++) {
      while (unreached > 0 && levels.holdsAny(d)) {
        int v = levels.remove(d);
        unreached -= excess[v] > 0 ? 1 : 0;
        reachFrom(v, toleranceBits);
      }
      if (unreached == 0) {
        last = d;
      }
    }
    for (int v = 0; v < nodes; v++) {
      events[v] += (long) Math.min(last, levels.of(v)) << toleranceBits;
    }
    return true;
  }

  private void reachFrom(int v, int toleranceBits) {
    int d = levels.of(v);
    for (int c = arcs.first[v]; c < arcs.first[v + 1]; c++) {
      int u = arcs.head[c];
      if (levels.of(u) > d) {
        long slack = events[v] - events[u] - arcs.twinLength[c];
        long through = d + (slack < 0 ? 0 : (slack >> toleranceBits) + 1);
        if (through < levels.of(u)) {
          levels.lower(u, (int) through);
        }
      }
    }
  }

  /**
   * Pushes excess towards deficits for a while, sweeping through the iteration to and fro: a sweep
   * takes excess along as far as it goes, and walks through memory in order.
   */
  private void pushExcess(long tolerance) {
    System.arraycopy(arcs.first, 0, cursor, 0, nodes);
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
        if (excess[arcs.head[c]] > 0) {
          active.set(arcs.head[c]);
        }
      }
    }
    return times;
  }

  private int nextAdmissible(int v) {
    long time = events[v];
    int end = arcs.first[v + 1];
    for (int c = cursor[v]; c < end; c++) {
      if (events[arcs.head[c]] - time < arcs.length[c]) {
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
    for (int c = arcs.first[v]; c < arcs.first[v + 1]; c++) {
      least = Math.min(least, events[arcs.head[c]] - arcs.length[c]);
    }
    events[v] = least + tolerance;
    cursor[v] = arcs.first[v];
  }

  /** Pushes along a residual arc what its tail has, as far as its slack stays negative. */
  private void push(int c, int v) {
    int to = arcs.head[c];
    int arc = arcs.arcOf[c];
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
