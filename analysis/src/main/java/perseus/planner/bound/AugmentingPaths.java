package perseus.planner.bound;

import java.util.Arrays;
import perseus.io.Interruption;
import perseus.planner.network.IntegerHull;
import perseus.planner.problem.PlanningProblem;

/**
 * Sends as much flow as possible from the source to the sink of a residual graph, by Dinic's
 * algorithm (Soviet Mathematics Doklady 11, 1970). The flow uses only tight residual arcs, whose
 * length is exactly the time between their two events.
 *
 * <p>The level of a node is the minimum number of tight arcs on a path from the source to the node.
 * The algorithm repeats two steps: it finds the levels of all nodes by breadth-first search, and it
 * sends a blocking flow. After a blocking flow, every path on which each arc leads to the next
 * level contains an arc without remaining capacity.
 *
 * <p>With V nodes and E arcs, finding the levels takes O(E), and sending a blocking flow takes O(V
 * E). The algorithm finds the levels at most as often as the network has nodes, and only a few
 * times in pipelines.
 */
final class AugmentingPaths {
  private final ResidualFlow flow;
  private final ResidualGraph graph;
  private final long[] potential;
  private final int source;
  private final int sink;

  /** {@code parentArc[v]} is the residual arc through which the last search reached node v. */
  final int[] parentArc;

  private final int[] level;

  /** {@code cursor[v]} is the next residual arc to try from node v. */
  private final int[] cursor;

  private final int[] queue;
  private int reached;

  /** Nodes of the path along which flow is sent next. */
  private final int[] path;

  private final int[] pathArc;

  /**
   * @param potential time of each event in integer time units; the caller may change the array
   *     between calls
   */
  AugmentingPaths(ResidualFlow flow, long[] potential, int source, int sink) {
    this.flow = flow;
    this.potential = potential;
    this.source = source;
    this.sink = sink;
    graph = flow.graph;
    int nodes = potential.length;
    parentArc = new int[nodes];
    level = new int[nodes];
    cursor = new int[nodes];
    queue = new int[nodes];
    path = new int[nodes];
    pathArc = new int[nodes];
  }

  /** Returns the number of nodes that the last search reached, if it did not reach the sink. */
  int reached() {
    return reached;
  }

  /**
   * Returns one of the nodes that the last search reached, if the search did not reach the sink.
   *
   * @param index position of the node in the order in which the search reached the nodes
   */
  int reached(int index) {
    return queue[index];
  }

  /**
   * Sends flow from the source to the sink along paths of tight arcs, until no such path is left.
   *
   * @return false if the search found a path with unlimited capacity
   */
  boolean augmentToMaximum() {
    while (findLevels()) {
      Interruption.check();
      System.arraycopy(graph.first, 0, cursor, 0, cursor.length);
      if (!sendBlockingFlow()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Sends flow from the source to the sink along the tight arcs in {@link #parentArc}.
   *
   * @return false if the path has unlimited capacity
   */
  boolean augmentAlongParents() {
    int depth = 0;
    for (int node = sink; node != source; node = graph.head[graph.twin[parentArc[node]]]) {
      pathArc[depth++] = parentArc[node];
    }
    long amount = bottleneck(depth);
    if (amount == IntegerHull.UNLIMITED) {
      return false;
    }
    augment(depth, amount);
    return true;
  }

  /**
   * Finds the minimum numbers of tight arcs from the source to the nodes. The search ends when it
   * reaches the sink.
   *
   * @return whether the search reached the sink
   */
  private boolean findLevels() {
    int[] first = graph.first;
    int[] head = graph.head;
    long[] length = graph.length;
    Arrays.fill(level, PlanningProblem.NONE);
    level[source] = 0;
    queue[0] = source;
    reached = 1;
    for (int i = 0; i < reached; i++) {
      int node = queue[i];
      long time = potential[node];
      for (int c = first[node]; c < first[node + 1]; c++) {
        int to = head[c];
        if (level[to] == PlanningProblem.NONE && potential[to] - time == length[c]) {
          level[to] = level[node] + 1;
          parentArc[to] = c;
          if (to == sink) {
            return true;
          }
          queue[reached++] = to;
        }
      }
    }
    return false;
  }

  /**
   * Sends flow along paths on which every arc leads to the next level, until no such path has
   * remaining capacity. Returns false if a path has unlimited capacity.
   */
  private boolean sendBlockingFlow() {
    int depth = 0;
    path[0] = source;
    while (depth >= 0) {
      int node = path[depth];
      if (node == sink) {
        long amount = bottleneck(depth);
        if (amount == IntegerHull.UNLIMITED) {
          return false;
        }
        depth = augment(depth, amount);
      } else {
        int arc = nextAdmissible(node);
        if (arc == PlanningProblem.NONE) {
          level[node] = PlanningProblem.NONE;
          depth--;
        } else {
          pathArc[depth] = arc;
          path[++depth] = graph.head[arc];
        }
      }
    }
    return true;
  }

  private int nextAdmissible(int node) {
    int end = graph.first[node + 1];
    for (; cursor[node] < end; cursor[node]++) {
      int arc = cursor[node];
      int to = graph.head[arc];
      if (level[to] == level[node] + 1 && potential[to] - potential[node] == graph.length[arc]) {
        return arc;
      }
    }
    return PlanningProblem.NONE;
  }

  private long bottleneck(int depth) {
    long amount = IntegerHull.UNLIMITED;
    for (int i = 0; i < depth; i++) {
      amount = Math.min(amount, flow.residualCapacity(pathArc[i]));
    }
    return amount;
  }

  /**
   * Sends {@code amount} units of flow along the current path. Returns the position on the path of
   * the first arc whose capacity is used up.
   */
  private int augment(int depth, long amount) {
    int firstFull = depth;
    for (int i = depth - 1; i >= 0; i--) {
      if (flow.residualCapacity(pathArc[i]) == amount) {
        firstFull = i;
      }
      flow.send(pathArc[i], amount);
    }
    return firstFull;
  }
}
