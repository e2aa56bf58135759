package perseus.planner.bound;

import java.util.Arrays;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;

/**
 * Holds optimal event times (starts and ends of operations) and an optimal flow at one breakpoint
 * of the lower bound. A breakpoint is a makespan at which the slope of the bound changes. The
 * documentation of {@link BreakpointSolver} explains the method.
 *
 * <p><b>Invariant.</b> With event times pi, every residual arc (v, w) with capacity has a reduced
 * cost {@code pi_w - pi_v - length} of at least 0. Because no reduced cost is negative, the flow
 * and the event times are optimal.
 *
 * <p><b>Steps.</b> {@link #augmentToMaximum} sends flow through arcs of reduced cost 0 ({@link
 * AugmentingPaths}). Dijkstra's algorithm in {@link #findDistances} computes the time by which
 * every event can happen earlier without a change of the flow. The method {@link #shiftPotentials}
 * moves every event earlier. No event moves by more integer time units than the sink.
 *
 * <p><b>Complexity.</b> With V events and E arcs, computing the distances takes O(E log V), and a
 * search for an augmenting path takes O(E). The class needs O(E) memory for E arcs.
 */
final class PrimalDualFlow {
  /**
   * Distance of a node that the search did not reach. The value is above all possible distances,
   * and below the reduced cost of an arc without capacity.
   */
  private static final long UNREACHED = 1L << 60;

  private final EventNetwork network;
  private final int sink;
  private final ResidualFlow flow;
  private final ResidualGraph graph;
  private final AugmentingPaths paths;

  /** {@code potential[v]} is the time of event v, in integer time units. */
  private final long[] potential;

  private boolean pathIsKnown;

  /**
   * {@code distance[v]} is the number of integer time units by which event v can happen earlier.
   */
  private final long[] distance;

  private final DistanceHeap heap;

  /**
   * Starts at the longest makespan of the lower bound, with the slowest Pareto-optimal frequencies
   * and no flow.
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

  /** Returns the current makespan, in integer time units. */
  long makespan() {
    return potential[sink];
  }

  /** Returns a copy of the flow of each arc of the network, in integer power units. */
  long[] flow() {
    return flow.flow.clone();
  }

  /** Copies the time of each event in integer time units into {@code times}. */
  void copyPotentials(long[] times) {
    System.arraycopy(potential, 0, times, 0, potential.length);
  }

  /**
   * Returns the minimum effective energy (energy minus the energy of waiting for the same time) at
   * the current makespan, in joules, without rounding.
   */
  double effectiveEnergy() {
    double sum = 0;
    for (int j = 0; j < network.operations; j++) {
      sum += flow.effectiveEnergy(j, potential[network.to[j]] - potential[network.from[j]]);
    }
    return sum;
  }

  /**
   * Sends flow along tight paths until no tight path leads to the sink. The length of every arc of
   * a tight path equals the time between the two events of the arc.
   *
   * @return false if the makespan cannot be shorter, because a path to the sink has unlimited
   *     capacity
   */
  boolean augmentToMaximum() {
    if (pathIsKnown && !paths.augmentAlongParents()) {
      return false;
    }
    pathIsKnown = false;
    return paths.augmentToMaximum();
  }

  /**
   * Computes the number of integer time units by which each event can happen earlier without a
   * change of the flow.
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
      // Every event moves by its distance from the source, but by at most the distance of the sink.
      if (through < distance[to] && through < distance[sink]) {
        distance[to] = through;
        paths.parentArc[to] = c;
        heap.insertOrDecrease(to);
      }
    }
  }

  /**
   * Returns the number of integer time units by which the makespan can shrink without a change of
   * the flow.
   */
  long makespanStep() {
    return distance[sink];
  }

  /**
   * Computes event times at a makespan between the current and the next breakpoint.
   *
   * @param shift number of integer time units by which the makespan is shorter than at the current
   *     breakpoint, at most {@link #makespanStep}
   * @param times receives the time of each event, in integer time units
   */
  void copyShiftedPotentials(long shift, long[] times) {
    for (int v = 0; v < times.length; v++) {
      times[v] = potential[v] - Math.min(distance[v], shift);
    }
  }

  /** Moves all events to their times at the next breakpoint. */
  void shiftPotentials() {
    copyShiftedPotentials(makespanStep(), potential);
    pathIsKnown = true;
  }
}
