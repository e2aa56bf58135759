package perseus.planner.bound;

import java.util.Arrays;
import java.util.BitSet;
import perseus.io.Interruption;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.IntegerHull;
import perseus.planner.network.TickScale;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.PlanningProblem;

/**
 * Solves the LP relaxation approximately at one makespan, by cost scaling. The caller chooses a
 * tolerance in integer time units. A smaller tolerance gives event times and a flow closer to the
 * optimum.
 *
 * <p><b>Problem.</b> The class adds one arc, the back arc, to the {@link EventNetwork}. The back
 * arc leads from the sink to the source and has the length {@code -T}, where T is the makespan. A
 * circulation is a flow that enters and leaves each event in equal amounts. The dual problem of the
 * LP relaxation is to find the circulation of maximum total length (see {@link BreakpointSolver}).
 * Every circulation f gives a lower bound on the energy at makespan T:
 *
 * <pre>
 * sum_j min_d (eps_j(d) + f_j d) + sum_e f_e lag_e - f_back T
 *
 * f_j        flow of operation j
 * f_e        flow of precedence e
 * f_back     flow of the back arc: joules that one additional second of makespan saves
 * lag_e      transfer time of precedence e
 * eps_j(d)   energy of operation j with the duration d, minus the energy of waiting for d
 * </pre>
 *
 * <p>Event times at which all precedences hold give an upper bound: the energy of the operations at
 * these event times.
 *
 * <p><b>Method.</b> The method of cost scaling is from Goldberg and Tarjan (Mathematics of
 * Operations Research 15, 1990). The method {@link #refine} first changes the flow of single arcs.
 * After these changes, no residual arc is longer than the time between its events plus the
 * tolerance. Push-relabel steps move flow from events with too much incoming flow to events with
 * too little, and delay events. From time to time {@link GlobalUpdate} delays all events at once.
 *
 * <p><b>Complexity.</b> With V events and E arcs, {@link #refine} takes at most O(V^2 E). In
 * pipelines {@link #refine} is much faster, because flow has to move only over short distances. The
 * class needs O(E) memory for E arcs.
 */
final class CostScalingCirculation {
  /**
   * Number of delays of single events before all events are delayed at once, divided by the number
   * of events.
   */
  private static final double DELAYS_PER_UPDATE = 0.06;

  private final EventNetwork network;
  private final TickScale scale;
  private final IntegerHull[] hulls;
  private final int nodes;

  /** Index of the arc that leads from the sink back to the source. */
  private final int back;

  /** {@code lag[a]} is the length of arc a in integer time units, if arc a is not an operation. */
  private final long[] lag;

  private final ResidualFlow residual;
  private final ResidualGraph graph;

  /** {@code flow[a]} is the flow of arc a, in integer power units. */
  private final long[] flow;

  /** {@code events[v]} is the time of event v, in integer time units. */
  private final long[] events;

  private final FeasibleEvents feasible;
  private long makespan;

  /** {@code excess[v]} is incoming minus outgoing flow of event v, in integer units of power. */
  private final long[] excess;

  /** {@code cursor[v]} is the next residual arc along which event v may push flow. */
  private final int[] cursor;

  /** The events into which more flow enters than leaves. */
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
   * Starts a new solution from event times and a flow, which may be far from the optimum.
   *
   * @param latestEnd the makespan to solve for, in integer time units
   * @param fromEvents time of each event, in integer time units
   * @param fromFlow flow of each arc in integer power units; the last entry is the arc from the
   *     sink back to the source
   */
  void start(long latestEnd, long[] fromEvents, long[] fromFlow) {
    makespan = latestEnd;
    lag[back] = -latestEnd;
    System.arraycopy(fromEvents, 0, events, 0, nodes);
    System.arraycopy(fromFlow, 0, flow, 0, flow.length);
    feasible.keepPrecedences(events, makespan);
  }

  /**
   * Returns the current event times and flow, with a lower and an upper bound on the minimum of the
   * LP relaxation.
   */
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

  /**
   * Improves event times and flow until no precedence or duration is violated by more than {@code
   * 2^toleranceBits} integer time units. At the end, the method repairs the event times so that all
   * precedences hold exactly.
   */
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
   * Changes the flow of single arcs, so that no residual arc is longer than the time between its
   * two events plus the tolerance.
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
   * Pushes flow from events with too much incoming flow towards events with too little. The method
   * ends when all flows are balanced, or when it has delayed events often enough.
   *
   * <p>The method visits the events alternately in rising and in falling order of their indices.
   * The alternating order carries flow far and reads memory in order.
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
      Interruption.check();
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

  /**
   * Pushes all surplus flow of an event to other events. Returns how often the method delayed the
   * event.
   */
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

  /** Delays an event (the relabel step), so that it can push flow along one more residual arc. */
  private void delay(int v, long tolerance) {
    long least = Long.MAX_VALUE;
    for (int c = graph.first[v]; c < graph.first[v + 1]; c++) {
      least = Math.min(least, events[graph.head[c]] - graph.length[c]);
    }
    events[v] = least + tolerance;
    cursor[v] = graph.first[v];
  }

  /**
   * Pushes the surplus flow of event {@code v} along a residual arc, until the length of the arc is
   * at most the time between its two events.
   */
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
