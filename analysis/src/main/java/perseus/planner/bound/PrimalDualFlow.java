package perseus.planner.bound;

import java.util.Arrays;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;

/**
 * Event times and a flow that prove each other optimal at one breakpoint of the frontier, with the
 * two steps that lead to the next breakpoint. {@link BreakpointSolver} explains the method.
 *
 * <p><b>Invariant.</b> For event times pi, every residual arc (v, w) with capacity has a reduced
 * cost {@code pi_w - pi_v - length} of at least 0. So the flow has maximum length among flows of
 * its size, and the event times have minimum energy at their makespan.
 *
 * <p><b>Steps.</b> {@link #augmentToMaximum} sends flow through arcs of reduced cost 0 ({@link
 * AugmentingPaths}). {@link #findDistances} then computes, by Dijkstra's algorithm, by how many
 * ticks every event can come earlier at this flow; {@link #shiftPotentials} moves them.
 *
 * <p><b>Complexity.</b> With V events and E arcs, distances take O(E log V), a search for an
 * augmenting path O(E), and memory is O(E).
 */
final class PrimalDualFlow {
  /**
   * The distance of a node that was not reached. It is above all distances in ticks, but below the
   * length of an arc without capacity.
   */
  private static final long UNREACHED = 1L << 60;

  private final EventNetwork network;
  private final int sink;
  private final ResidualFlow flow;
  private final ResidualGraph graph;
  private final AugmentingPaths paths;

  /** Time of each event, in ticks. */
  private final long[] potential;

  /** Whether the last search for distances left a tight path to the sink. */
  private boolean pathIsKnown;

  /** Ticks by which each event can come earlier. */
  private final long[] distance;

  private final DistanceHeap heap;

  /** Starts at T_eps: each operation takes the time of its slowest hull point, without any flow. */
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

  /** Number of events. */
  int nodes() {
    return network.nodes();
  }

  /** The makespan, in ticks. */
  long makespan() {
    return potential[sink];
  }

  /** A copy of the flow of each arc of the network, in scaled watts. */
  long[] flow() {
    return flow.flow.clone();
  }

  /** Copies the time of each event, in ticks. */
  void copyPotentials(long[] times) {
    System.arraycopy(potential, 0, times, 0, potential.length);
  }

  /**
   * The minimum sum of effective energies at this makespan, in joules. It is computed from the
   * measured energies, which are not rounded.
   */
  double effectiveEnergy() {
    double sum = 0;
    for (int j = 0; j < network.operations; j++) {
      sum += flow.effectiveEnergy(j, potential[network.to[j]] - potential[network.from[j]]);
    }
    return sum;
  }

  /**
   * Augments until no tight path leads to the sink.
   *
   * @return false if a path without limit was found: the makespan is the shortest
   */
  boolean augmentToMaximum() {
    if (pathIsKnown && !paths.augmentAlongParents()) {
      return false;
    }
    pathIsKnown = false;
    return paths.augmentToMaximum();
  }

  /**
   * Finds by how many ticks each event can come earlier at constant flow. It is 0 for the events
   * that the last search for augmenting paths reached.
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
      // An event that is not closer than the sink moves as far as the sink does.
      if (through < distance[to] && through < distance[sink]) {
        distance[to] = through;
        paths.parentArc[to] = c;
        heap.insertOrDecrease(to);
      }
    }
  }

  /** The number of ticks by which the makespan can shrink at constant flow. */
  long makespanStep() {
    return distance[sink];
  }

  /**
   * Computes the event times between this breakpoint and the next.
   *
   * @param shift ticks by which the makespan is shorter than here, at most {@link #makespanStep}
   * @param times receives the time of each event, in ticks
   */
  void copyShiftedPotentials(long shift, long[] times) {
    for (int v = 0; v < times.length; v++) {
      times[v] = potential[v] - Math.min(distance[v], shift);
    }
  }

  /** Moves the events to the next breakpoint. */
  void shiftPotentials() {
    copyShiftedPotentials(makespanStep(), potential);
    pathIsKnown = true;
  }
}
