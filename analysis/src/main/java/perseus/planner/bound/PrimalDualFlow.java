package perseus.planner.bound;

import java.util.Arrays;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;

/**
 * Holds optimal event times (starts and ends of operations) and an optimal flow at one breakpoint
 * of the lower bound, and moves the event times and the flow to the next breakpoint. A breakpoint
 * is a makespan at which the slope of the bound changes. {@link BreakpointSolver} explains the
 * method of this class.
 *
 * <p><b>Invariant.</b> Every residual arc (v, w) with capacity has a reduced cost {@code pi_w -
 * pi_v - length} of at least 0, where pi are the event times. Because no residual arc has a
 * negative reduced cost, the flow and the event times are optimal. No other flow of the same size
 * has a larger total length, and no other event times with the same makespan have less energy.
 *
 * <p><b>Steps.</b> {@link #augmentToMaximum} sends flow through arcs of reduced cost 0 ({@link
 * AugmentingPaths}). Then {@link #findDistances} computes by Dijkstra's algorithm how many ticks
 * (integer units of time) earlier every event can happen without a change of the flow. Finally
 * {@link #shiftPotentials} moves every event earlier by the number of ticks that {@link
 * #findDistances} found. No event moves by more ticks than the sink.
 *
 * <p><b>Complexity.</b> With V events and E arcs, computing the distances takes O(E log V), and a
 * search for an augmenting path takes O(E). The class needs O(E) memory for E arcs.
 */
final class PrimalDualFlow {
  /**
   * UNREACHED is the distance of a node that the search did not reach. UNREACHED is larger than all
   * distances in ticks (integer units of time), but smaller than the reduced cost (time between the
   * two events minus length) of an arc without capacity.
   */
  private static final long UNREACHED = 1L << 60;

  private final EventNetwork network;
  private final int sink;
  private final ResidualFlow flow;
  private final ResidualGraph graph;
  private final AugmentingPaths paths;

  /** {@code potential[v]} is the time of event v, in ticks (integer units of time). */
  private final long[] potential;

  /**
   * States whether a tight path to the sink is known. On a tight path, the length of each arc
   * equals the time between its two events. The search for distances finds a path that becomes
   * tight when the events move.
   */
  private boolean pathIsKnown;

  /**
   * {@code distance[v]} is the number of ticks (integer units of time) by which event v can happen
   * earlier.
   */
  private final long[] distance;

  private final DistanceHeap heap;

  /**
   * Starts at T_eps, the makespan of minimum effective energy (energy minus the energy of waiting
   * for the same time). At T_eps, each operation takes the time of its slowest hull point (option
   * on the lower convex hull), and all flows are 0.
   */
  PrimalDualFlow(EventNetwork network, TickScale scale) {
    this.network = network;
    sink = network.sink;
    flow =
        new ResidualFlow(
            scale, network.operations, network.nodes(), network.from, network.to, network.lag);
    graph = flow.graph;
    long[] durations = new long[network.operations];
    Arrays.setAll(durations, j -> scale.hull(j).slowestTicks());
    potential = network.earliest(durations);
    paths = new AugmentingPaths(flow, potential, EventNetwork.SOURCE, sink);
    distance = new long[network.nodes()];
    heap = new DistanceHeap(distance);
  }

  /** Returns the number of events of the network. */
  int nodes() {
    return network.nodes();
  }

  /** Returns the current makespan, in ticks (integer units of time). */
  long makespan() {
    return potential[sink];
  }

  /**
   * Returns a copy of the flow of each arc of the network, in scaled watts (integer units of
   * power).
   */
  long[] flow() {
    return flow.flow.clone();
  }

  /** Copies the time of each event in ticks (integer units of time) into {@code times}. */
  void copyPotentials(long[] times) {
    System.arraycopy(potential, 0, times, 0, potential.length);
  }

  /**
   * Returns the minimum sum of effective energies (energy minus the energy of waiting for the same
   * time) at the current makespan, in joules. The method uses the measured energies, which are not
   * rounded.
   */
  double effectiveEnergy() {
    double sum = 0;
    for (int j = 0; j < network.operations; j++) {
      sum += flow.effectiveEnergy(j, potential[network.to[j]] - potential[network.from[j]]);
    }
    return sum;
  }

  /**
   * Sends flow along tight paths until no tight path leads to the sink. On a tight path, the length
   * of each arc equals the time between its two events.
   *
   * @return false if the search found a path with unlimited capacity; then the makespan is the
   *     shortest
   */
  boolean augmentToMaximum() {
    if (pathIsKnown && !paths.augmentAlongParents()) {
      return false;
    }
    pathIsKnown = false;
    return paths.augmentToMaximum();
  }

  /**
   * Computes the distance of each event: the number of ticks (integer units of time) by which the
   * event can happen earlier at constant flow. The distance of an event is 0 if the last search for
   * augmenting paths (paths that can carry more flow) reached the event.
   */
  void findDistances() {
    Arrays.fill(distance, UNREACHED);
    heap.clear();
    int reached = paths.reached();
    for (int i = 0; i < reached; i++) {
      distance[paths.reached(i)] = 0;
    }
    for (int i = 0; i < reached; i++) {
      relaxArcs(paths.reached(i));
    }
    for (int node = heap.removeNearest(); node != sink; node = heap.removeNearest()) {
      relaxArcs(node);
    }
  }

  private void relaxArcs(int node) {
    int[] head = graph.head;
    long[] length = graph.length;
    long toNode = distance[node] - potential[node];
    int end = graph.first[node + 1];
    for (int c = graph.first[node]; c < end; c++) {
      int to = head[c];
      long through = toNode + potential[to] - length[c];
      // The search skips events that are at least as far from the source as the sink is. The
      // skipped events move by as many ticks as the sink.
      if (through < distance[to] && through < distance[sink]) {
        distance[to] = through;
        paths.parentArc[to] = c;
        heap.insertOrDecrease(to);
      }
    }
  }

  /**
   * Returns the number of ticks (integer units of time) by which the makespan can shrink at
   * constant flow.
   */
  long makespanStep() {
    return distance[sink];
  }

  /**
   * Computes event times between the current and the next breakpoint (makespan at which the slope
   * of the lower bound changes).
   *
   * @param shift number of ticks (integer units of time) by which the makespan is shorter than at
   *     the current breakpoint (makespan at which the slope of the bound changes), at most {@link
   *     #makespanStep}
   * @param times receives the time of each event, in ticks (integer units of time)
   */
  void copyShiftedPotentials(long shift, long[] times) {
    for (int v = 0; v < times.length; v++) {
      times[v] = potential[v] - Math.min(distance[v], shift);
    }
  }

  /**
   * Moves all events to their times at the next breakpoint (makespan at which the slope of the
   * lower bound changes).
   */
  void shiftPotentials() {
    copyShiftedPotentials(makespanStep(), potential);
    pathIsKnown = true;
  }
}
