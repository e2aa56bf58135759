package perseus.planner;

import java.util.Arrays;
import perseus.pipeline.IterationDag;

/**
 * The activity-on-arc network of an iteration with the flow sent so far, the event times that go
 * with it, and the searches of {@link FrontierSolver}.
 *
 * <p>Operation j is an arc from node 2j, its start, to node 2j + 1, its end. Between hull points k
 * - 1 and k its flow lies between the two slopes there; {@code point[j]} is the point whose time is
 * the length of the next unit of flow.
 */
final class ResidualNetwork {
  private static final int NONE = -1;

  /**
   * Codes of residual arcs: the operation's own forward and back, then precedence arcs i as 2i
   * forward and 2i + 1 back.
   */
  private static final int OPERATION = -2;

  private static final int OPERATION_BACK = -3;

  private final ScaledCosts costs;
  private final int operations;
  private final int source;
  private final int sink;

  private final int[] arcTail;
  private final int[] arcHead;
  private final long[] arcTicks;
  private final long[] arcFlow;
  private final int[] outFirst;
  private final int[] outArcs;
  private final int[] inFirst;
  private final int[] inArcs;

  private final long[] flow;
  private final int[] point;
  private final long[] potential;

  private final int[] level;
  private final int[] cursor;
  private final int[] queue;
  private final int[] path;
  private final int[] pathArc;
  private final long[] distance;
  private final NodeHeap heap;

  ResidualNetwork(IterationDag dag, ScaledCosts costs) {
    this.costs = costs;
    operations = dag.size();
    source = 2 * operations;
    sink = source + 1;
    int arcs = 0;
    for (int j = 0; j < operations; j++) {
      arcs += Math.max(1, dag.predecessors(j).length) + (dag.successors(j).length == 0 ? 1 : 0);
    }
    arcTail = new int[arcs];
    arcHead = new int[arcs];
    arcTicks = new long[arcs];
    arcFlow = new long[arcs];
    fillArcs(dag);
    outFirst = new int[nodes() + 1];
    outArcs = new int[arcs];
    index(arcTail, outFirst, outArcs);
    inFirst = new int[nodes() + 1];
    inArcs = new int[arcs];
    index(arcHead, inFirst, inArcs);
    flow = new long[operations];
    point = new int[operations];
    potential = new long[nodes()];
    level = new int[nodes()];
    cursor = new int[nodes()];
    queue = new int[nodes()];
    path = new int[nodes()];
    pathArc = new int[nodes()];
    distance = new long[nodes()];
    heap = new NodeHeap(distance);
    initializePotentials();
  }

  private void fillArcs(IterationDag dag) {
    int arc = 0;
    for (int j = 0; j < operations; j++) {
      if (dag.predecessors(j).length == 0) {
        arcTail[arc] = source;
        arcHead[arc++] = 2 * j;
      }
      for (int p : dag.predecessors(j)) {
        arcTail[arc] = 2 * p + 1;
        arcTicks[arc] = costs.transferTicks(p, j);
        arcHead[arc++] = 2 * j;
      }
      if (dag.successors(j).length == 0) {
        arcTail[arc] = 2 * j + 1;
        arcHead[arc++] = sink;
      }
    }
  }

  /** Groups arcs by node: those of node v stand at arcs[first[v]] to arcs[first[v + 1] - 1]. */
  private static void index(int[] nodes, int[] first, int[] arcs) {
    for (int node : nodes) {
      first[node + 1]++;
    }
    for (int v = 1; v < first.length; v++) {
      first[v] += first[v - 1];
    }
    int[] next = first.clone();
    for (int arc = 0; arc < nodes.length; arc++) {
      arcs[next[nodes[arc]]++] = arc;
    }
  }

  /** Every operation takes as long as its slowest hull point and starts as early as it can. */
  private void initializePotentials() {
    for (int j = 0; j < operations; j++) {
      long start = 0;
      for (int i = inFirst[2 * j]; i < inFirst[2 * j + 1]; i++) {
        start = Math.max(start, potential[arcTail[inArcs[i]]] + arcTicks[inArcs[i]]);
      }
      potential[2 * j] = start;
      potential[2 * j + 1] = start + costs.hull(j).ticks()[0];
      potential[sink] = Math.max(potential[sink], potential[2 * j + 1]);
    }
  }

  /** Number of events: two per operation, source and sink. */
  int nodes() {
    return 2 * operations + 2;
  }

  /** The makespan in ticks. */
  long makespan() {
    return potential[sink];
  }

  /**
   * Ticks between an operation's start and its end; more than its slowest time where it has slack.
   */
  long duration(int operation) {
    return potential[2 * operation + 1] - potential[2 * operation];
  }

  void copyPotentials(long[] events) {
    System.arraycopy(potential, 0, events, 0, potential.length);
  }

  // Augmentation: Dinic's blocking flows on the residual arcs of reduced cost 0.

  /**
   * Augments until the sink cannot be reached; false if that has no limit: the makespan is the
   * shortest.
   */
  boolean augmentToMaximum() {
    while (findLevels()) {
      Arrays.fill(cursor, 0);
      if (!blockingFlow()) {
        return false;
      }
    }
    return true;
  }

  private boolean findLevels() {
    Arrays.fill(level, NONE);
    level[source] = 0;
    queue[0] = source;
    int filled = 1;
    for (int i = 0; i < filled; i++) {
      int node = queue[i];
      for (int c = 0, arc; (arc = arcAt(node, c)) != NONE; c++) {
        int head = headOf(node, arc);
        if (level[head] == NONE && reducedCost(node, arc) == 0) {
          level[head] = level[node] + 1;
          queue[filled++] = head;
        }
      }
    }
    return level[sink] != NONE;
  }

  private boolean blockingFlow() {
    int depth = 0;
    path[0] = source;
    while (depth >= 0) {
      int node = path[depth];
      if (node == sink) {
        long amount = bottleneck(depth);
        if (amount == ScaledCosts.UNLIMITED) {
          return false;
        }
        depth = augment(depth, amount);
      } else {
        int arc = nextAdmissible(node);
        if (arc == NONE) {
          level[node] = NONE;
          depth--;
        } else {
          pathArc[depth] = arc;
          path[++depth] = headOf(node, arc);
        }
      }
    }
    return true;
  }

  private int nextAdmissible(int node) {
    for (int arc; (arc = arcAt(node, cursor[node])) != NONE; cursor[node]++) {
      if (level[headOf(node, arc)] == level[node] + 1 && reducedCost(node, arc) == 0) {
        return arc;
      }
    }
    return NONE;
  }

  private long bottleneck(int depth) {
    long amount = ScaledCosts.UNLIMITED;
    for (int i = 0; i < depth; i++) {
      amount = Math.min(amount, residualCapacity(path[i], pathArc[i]));
    }
    return amount;
  }

  /**
   * Sends {@code amount} along the path; returns the depth of the first node whose arc is full now.
   */
  private int augment(int depth, long amount) {
    int firstFull = depth;
    for (int i = depth - 1; i >= 0; i--) {
      if (residualCapacity(path[i], pathArc[i]) == amount) {
        firstFull = i;
      }
      send(path[i], pathArc[i], amount);
    }
    return firstFull;
  }

  private void send(int node, int arc, long amount) {
    int j = node >> 1;
    if (arc == OPERATION) {
      flow[j] += amount;
      if (flow[j] == costs.hull(j).capacity()[point[j]]) {
        point[j]++;
      }
    } else if (arc == OPERATION_BACK) {
      flow[j] -= amount;
      if (point[j] > 0 && flow[j] < costs.hull(j).capacity()[point[j] - 1]) {
        point[j]--;
      }
    } else {
      arcFlow[arc >> 1] += (arc & 1) == 0 ? amount : -amount;
    }
  }

  // Residual arcs.

  /**
   * The residual arc of a node at a position, {@link #NONE} after the last; some have no capacity.
   */
  private int arcAt(int node, int position) {
    int p = position;
    if (node < source) {
      if (p == 0) {
        return (node & 1) == 0 ? OPERATION : OPERATION_BACK;
      }
      p--;
    }
    int out = outFirst[node] + p;
    if (out < outFirst[node + 1]) {
      return outArcs[out] << 1;
    }
    int in = inFirst[node] + p - (outFirst[node + 1] - outFirst[node]);
    return in < inFirst[node + 1] ? inArcs[in] << 1 | 1 : NONE;
  }

  private int headOf(int node, int arc) {
    if (arc < 0) {
      return node ^ 1;
    }
    return (arc & 1) == 0 ? arcHead[arc >> 1] : arcTail[arc >> 1];
  }

  /** Reduced cost of a residual arc, at least 0; unlimited where the arc has no capacity. */
  private long reducedCost(int node, int arc) {
    int j = node >> 1;
    if (arc == OPERATION) {
      return potential[node + 1] - potential[node] - costs.hull(j).ticks()[point[j]];
    }
    if (arc == OPERATION_BACK) {
      return flow[j] == 0
          ? ScaledCosts.UNLIMITED
          : costs.hull(j).ticks()[lastUsed(j)] - (potential[node] - potential[node - 1]);
    }
    if ((arc & 1) == 0) {
      return potential[arcHead[arc >> 1]] - potential[node] - arcTicks[arc >> 1];
    }
    // With flow on it, a precedence arc is tight.
    return arcFlow[arc >> 1] == 0 ? ScaledCosts.UNLIMITED : 0;
  }

  /** The hull point whose time the last unit of an operation's flow has as its length. */
  private int lastUsed(int j) {
    int k = point[j];
    return k > 0 && flow[j] == costs.hull(j).capacity()[k - 1] ? k - 1 : k;
  }

  private long residualCapacity(int node, int arc) {
    int j = node >> 1;
    if (arc == OPERATION) {
      long capacity = costs.hull(j).capacity()[point[j]];
      return capacity == ScaledCosts.UNLIMITED ? capacity : capacity - flow[j];
    }
    if (arc == OPERATION_BACK) {
      int k = lastUsed(j);
      return flow[j] - (k == 0 ? 0 : costs.hull(j).capacity()[k - 1]);
    }
    return (arc & 1) == 0 ? ScaledCosts.UNLIMITED : arcFlow[arc >> 1];
  }

  // Shortening the makespan.

  /**
   * Finds, by Dijkstra's algorithm, by how many ticks each event can come earlier at constant flow.
   */
  void findDistances() {
    Arrays.fill(distance, ScaledCosts.UNLIMITED);
    heap.clear();
    distance[source] = 0;
    heap.insertOrRaise(source);
    for (int node = heap.removeNearest(); node != sink; node = heap.removeNearest()) {
      for (int c = 0, arc; (arc = arcAt(node, c)) != NONE; c++) {
        long cost = reducedCost(node, arc);
        if (cost != ScaledCosts.UNLIMITED) {
          int head = headOf(node, arc);
          if (distance[node] + cost < distance[head]) {
            distance[head] = distance[node] + cost;
            heap.insertOrRaise(head);
          }
        }
      }
    }
  }

  /** By how many ticks the makespan can shrink at constant flow. */
  long makespanStep() {
    return distance[sink];
  }

  /** Event times on the way to the next breakpoint, {@code shift} ticks of makespan from here. */
  void copyShiftedPotentials(long shift, long[] events) {
    for (int v = 0; v < events.length; v++) {
      events[v] = potential[v] - Math.min(distance[v], shift);
    }
  }

  /** Moves to the next breakpoint. */
  void shiftPotentials() {
    copyShiftedPotentials(makespanStep(), potential);
  }
}
