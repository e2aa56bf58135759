package perseus.planner.bound;

import java.util.Arrays;
import perseus.io.Interruption;
import perseus.planner.network.IntegerHull;
import perseus.planner.problem.PlanningProblem;

/**
 * Sends as much flow as possible from the source to the sink of a residual graph, by Dinic's
 * algorithm. The flow uses only tight residual arcs, whose length is exactly the time between their
 * two events.
 *
 * <p>A residual arc (v, w) is tight if its length is exactly {@code pi_w - pi_v}, where pi_v is the
 * time of event v. The algorithm repeats two steps: it finds levels, and it sends a blocking flow.
 * The first step finds the level of every node by breadth-first search. The level of a node is the
 * minimum number of arcs on a path from the source to the node. The second step sends flow along
 * paths from source to sink on which every arc leads to the next level. The second step ends with a
 * blocking flow: every path on which each arc leads to the next level contains an arc without
 * remaining capacity. The algorithm is from Dinic (Soviet Mathematics Doklady 11, 1970).
 *
 * <p>With V nodes and E arcs, finding the levels takes O(E), and sending a blocking flow takes O(V
 * E). With V nodes, the algorithm repeats its two steps at most V times. For pipelines, the
 * algorithm repeats the two steps only a few times, and its paths are short.
 */
final class AugmentingPaths {
  private final ResidualFlow flow;
  private final ResidualGraph graph;
  private final long[] potential;
  private final int source;
  private final int sink;

  /**
   * {@code parentArc[v]} is the residual arc through which the last search for a path to the sink
   * reached node v.
   */
  final int[] parentArc;

  private final int[] level;

  /** {@code cursor[v]} is the next residual arc that the search tries to use from node v. */
  private final int[] cursor;

  private final int[] queue;
  private int reached;

  /**
   * The arrays {@code path} and {@code pathArc} hold the nodes and the residual arcs of the path
   * along which flow is sent next.
   */
  private final int[] path;

  private final int[] pathArc;

  /**
   * Prepares the search for augmenting paths (paths that can carry more flow).
   *
   * @param potential time of each event in ticks (integer units of time); the caller may change the
   *     array between calls
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

  /**
   * Returns how many nodes the last search for a path to the sink reached. The result is valid only
   * if the search found no path.
   */
  int reached() {
    return reached;
  }

  /**
   * Returns one of the nodes that the last search for a path to the sink reached. The result is
   * valid only if the search found no path.
   *
   * @param index position of the node in the order in which the search reached the nodes, from 0 to
   *     {@link #reached()} - 1
   */
  int reached(int index) {
    return queue[index];
  }

  /**
   * Sends flow from the source to the sink along paths of tight arcs, until no such path is left.
   * An arc is tight if its length equals the time between its two events.
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
   * Sends flow from the source to the sink along the path that {@link #parentArc} holds. All arcs
   * of the path must be tight: their lengths must equal the times between their events.
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
   * Finds the levels of the nodes (minimum numbers of arcs from the source) by a search through
   * tight arcs. An arc is tight if its length equals the time between its two events. The search
   * ends when it reaches the sink. If it cannot reach the sink, it finds the levels of all nodes
   * that it can reach.
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
   * Sends flow along paths on which every arc leads to the next level (number of arcs from the
   * source). The method ends when each of these paths to the sink contains an arc without remaining
   * capacity. Returns false if a path has unlimited capacity.
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
   * Sends {@code amount} units of flow (scaled watts, integer units of power) along the current
   * path. Returns the position on the path of the first arc that has no remaining capacity
   * afterwards.
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
