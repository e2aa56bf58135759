package perseus.planner.bound;

import java.util.Arrays;
import java.util.BitSet;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.IntegerHull;
import perseus.planner.network.TickScale;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.PlanningProblem;

/**
 * Solves the relaxed problem at one makespan approximately, by cost scaling. The smaller the
 * tolerance, the closer event times and flow come to each other's optimum.
 *
 * <p><b>Problem.</b> An arc from the sink back to the source, of length {@code -T} for the makespan
 * T, is added to the {@link EventNetwork}. The circulation of maximum total length is the dual of
 * the cheapest events within T (see {@link BreakpointSolver}); its flow on the arc back is the
 * downward slope of the frontier at T. <em>Every</em> circulation f gives a lower bound on the
 * effective energy, at every makespan T: {@code sum_j min_d (eps_j(d) + f_j d) + sum_precedences f
 * lag - f_back T}. Any event times give an upper bound at their own makespan.
 *
 * <p><b>Method.</b> Goldberg and Tarjan (Mathematics of Operations Research 15, 1990). {@link
 * #refine} starts from event times and a flow that are almost optimal, and makes all residual arcs
 * satisfy {@code slack >= -tolerance}, where {@code slack = pi_to - pi_from - length}. First it
 * removes flow from the arcs, and adds flow to them, until no arc violates the tolerance. This
 * leaves excess flow at some events and a deficit at others. Then it pushes excess along residual
 * arcs of negative slack. An event with excess but without such an arc is delayed (the relabel
 * step). From time to time all events are delayed at once by their distance from the nearest
 * deficit ({@link GlobalUpdate}).
 *
 * <p><b>Complexity.</b> In theory one refinement takes O(V^2 E) with V events and E arcs. In
 * pipelines it is much faster, because every excess is close to a deficit. Memory is O(E).
 */
final class CostScalingCirculation {
  /** Delays of single events between two global updates, as a fraction of the number of events. */
  private static final double DELAYS_PER_UPDATE = 0.06;

  private final EventNetwork network;
  private final TickScale scale;
  private final IntegerHull[] hulls;
  private final int nodes;

  /** The arc from the sink back to the source; the last arc. */
  private final int back;

  /** Length of each arc that is not an operation, in ticks. */
  private final long[] lag;

  private final ResidualFlow residual;
  private final ResidualGraph graph;

  /** Flow of each arc, in scaled watts. */
  private final long[] flow;

  /** Time of each event, in ticks. */
  private final long[] events;

  private final FeasibleEvents feasible;
  private long makespan;

  /** Incoming minus outgoing flow of each event. */
  private final long[] excess;

  /** The next residual arc to try at each event. */
  private final int[] cursor;

  /** The events with excess. */
  private final BitSet active;

  private final GlobalUpdate update;

  CostScalingCirculation(EventNetwork network, TickScale scale) {
    this.network = network;
    this.scale = scale;
    nodes = network.nodes();
    back = network.arcs();
    int[] from = Arrays.copyOf(network.from, back + 1);
    int[] to = Arrays.copyOf(network.to, back + 1);
    from[back] = network.sink;
    to[back] = EventNetwork.SOURCE;
    lag = Arrays.copyOf(network.lag, back + 1);
    residual = new ResidualFlow(scale, network.operations, nodes, from, to, lag);
    graph = residual.graph;
    flow = residual.flow;
    hulls = residual.hulls;
    events = new long[nodes];
    feasible = new FeasibleEvents(network, hulls);
    excess = new long[nodes];
    cursor = new int[nodes];
    active = new BitSet(nodes);
    update = new GlobalUpdate(graph, events, excess);
  }

  /**
   * Starts a new solution from event times and a flow, which may be far from the optimum. The
   * residual graph follows with the first call of {@link #refine}.
   *
   * @param latestEnd the makespan to solve for, in ticks
   * @param fromEvents time of each event, in ticks
   * @param fromFlow flow of each arc and of the arc back, in scaled watts
   */
  void start(long latestEnd, long[] fromEvents, long[] fromFlow) {
    makespan = latestEnd;
    lag[back] = -latestEnd;
    System.arraycopy(fromEvents, 0, events, 0, nodes);
    System.arraycopy(fromFlow, 0, flow, 0, flow.length);
    feasible.keepPrecedences(events, makespan);
  }

  /** The present solution, with the bounds that it proves. */
  ApproximateSolution solution() {
    double intercept = 0;
    double upper = 0;
    for (int j = 0; j < network.operations; j++) {
      ExecutionOptions options = hulls[j].options();
      double watts = scale.watts(flow[j]);
      double least = Double.POSITIVE_INFINITY;
      for (int k : options.hull()) {
        least = Math.min(least, options.effectiveEnergy(k) + watts * options.time(k));
      }
      intercept += least;
      upper += hulls[j].effectiveEnergy(events[network.to[j]] - events[network.from[j]]);
    }
    for (int arc = network.operations; arc < back; arc++) {
      if (flow[arc] != 0 && lag[arc] != 0) {
        intercept += scale.watts(flow[arc]) * scale.seconds(lag[arc]);
      }
    }
    SupportingLine line = new SupportingLine(intercept, scale.watts(flow[back]));
    return new ApproximateSolution(makespan, events.clone(), flow.clone(), line, upper);
  }

  /** Brings event times and flow within {@code 2^toleranceBits} ticks of each other's optimum. */
  void refine(int toleranceBits) {
    long tolerance = 1L << toleranceBits;
    removeViolations(tolerance);
    findExcess();
    while (update.delayEvents(toleranceBits)) {
      pushExcess(tolerance);
    }
    feasible.endBeforeSuccessors(events, makespan);
    feasible.keepPrecedences(events, makespan);
  }

  /**
   * Changes the flow of each arc as little as possible so that its slack is within the tolerance.
   */
  private void removeViolations(long tolerance) {
    for (int j = 0; j < network.operations; j++) {
      long duration = events[network.to[j]] - events[network.from[j]];
      long least = hulls[j].flowAbove(duration + tolerance);
      long most = hulls[j].flowFrom(duration - tolerance);
      residual.set(j, Math.max(least, Math.min(most, flow[j])));
    }
    for (int arc = network.operations; arc < back; arc++) {
      long slack = events[network.to[arc]] - events[network.from[arc]] - lag[arc];
      residual.set(arc, slack > tolerance ? 0 : flow[arc]);
    }
    long slack = makespan - events[network.sink] + events[EventNetwork.SOURCE];
    residual.set(back, slack > tolerance ? 0 : flow[back]);
  }

  private void findExcess() {
    Arrays.fill(excess, 0);
    for (int arc = 0; arc <= back; arc++) {
      int along = graph.position[arc];
      excess[graph.head[along]] += flow[arc];
      excess[graph.head[graph.twin[along]]] -= flow[arc];
    }
  }

  /**
   * Pushes excess towards deficits until enough events were delayed for a global update. Sweeps go
   * through the events in rising and in falling order by turns: a sweep carries excess as far as
   * possible and reads memory in order.
   */
  private void pushExcess(long tolerance) {
    System.arraycopy(graph.first, 0, cursor, 0, nodes);
    active.clear();
    for (int v = 0; v < nodes; v++) {
      if (excess[v] > 0) {
        active.set(v);
      }
    }
    int left = Math.max(1, (int) (DELAYS_PER_UPDATE * nodes));
    for (boolean up = true; left > 0 && !active.isEmpty(); up = !up) {
      int v = nextActive(up ? 0 : nodes, up);
      while (v >= 0 && left > 0) {
        left -= discharge(v, tolerance);
        v = nextActive(up ? v + 1 : v - 1, up);
      }
    }
  }

  private int nextActive(int from, boolean up) {
    return up ? active.nextSetBit(from) : active.previousSetBit(from);
  }

  /** Pushes all excess of an event away; returns how often the event had to be delayed for it. */
  private int discharge(int v, long tolerance) {
    active.clear(v);
    int delays = 0;
    while (excess[v] > 0) {
      int c = nextAdmissible(v);
      if (c == PlanningProblem.NONE) {
        delay(v, tolerance);
        delays++;
      } else {
        push(c, v);
        if (excess[graph.head[c]] > 0) {
          active.set(graph.head[c]);
        }
      }
    }
    return delays;
  }

  private int nextAdmissible(int v) {
    long time = events[v];
    int end = graph.first[v + 1];
    for (int c = cursor[v]; c < end; c++) {
      if (events[graph.head[c]] - time < graph.length[c]) {
        cursor[v] = c;
        return c;
      }
    }
    cursor[v] = end;
    return PlanningProblem.NONE;
  }

  /** Delays an event until one of its residual arcs has a slack of minus the tolerance. */
  private void delay(int v, long tolerance) {
    long least = Long.MAX_VALUE;
    for (int c = graph.first[v]; c < graph.first[v + 1]; c++) {
      least = Math.min(least, events[graph.head[c]] - graph.length[c]);
    }
    events[v] = least + tolerance;
    cursor[v] = graph.first[v];
  }

  /** Pushes the excess of {@code v} along a residual arc, as long as its slack stays negative. */
  private void push(int c, int v) {
    int to = graph.head[c];
    int arc = graph.arcOf[c];
    long amount = excess[v];
    if (arc >= 0) {
      if (arc < network.operations) {
        amount = Math.min(amount, hulls[arc].flowAbove(events[to] - events[v]) - flow[arc]);
      }
      residual.set(arc, flow[arc] + amount);
    } else {
      arc = ~arc;
      long kept = arc < network.operations ? hulls[arc].flowFrom(events[v] - events[to]) : 0;
      amount = Math.min(amount, flow[arc] - kept);
      residual.set(arc, flow[arc] - amount);
    }
    excess[v] -= amount;
    excess[to] += amount;
  }
}
