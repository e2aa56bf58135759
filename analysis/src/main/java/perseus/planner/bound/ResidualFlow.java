package perseus.planner.bound;

import java.util.Arrays;
import perseus.planner.network.IntegerHull;
import perseus.planner.network.TickScale;

/**
 * Holds a flow through a network whose first arcs are operations, and updates the residual graph of
 * this flow.
 *
 * <p>An operation is a group of parallel arcs, one for each point of the lower convex hull of times
 * and energies ({@link IntegerHull}). The parallel arcs of an operation differ in length, so the
 * flow of an operation determines the length of its residual arcs. All arcs that are not operations
 * have a fixed length and unlimited capacity. Flows are in integer power units, and lengths are in
 * integer time units.
 */
final class ResidualFlow {
  /**
   * {@code flow[a]} is the flow of the network's arc a. A caller that changes {@code flow[a]}
   * directly must call {@link #set} for arc a before it uses the residual graph.
   */
  final long[] flow;

  /** {@code hulls[j]} is the lower convex hull of the points (time, energy) of operation j. */
  final IntegerHull[] hulls;

  final ResidualGraph graph;

  /**
   * {@code point[j]} is a vertex of {@code hulls[j]}. If more flow goes through operation j, the
   * arc of this vertex carries the additional flow first.
   */
  private final int[] point;

  private final long[] lag;

  /**
   * @param nodes number of nodes
   * @param from for each arc, the node at which it starts; the arcs of the operations come first
   * @param to for each arc, the node at which it ends; the arcs of the operations come first
   * @param lag length in integer time units of each arc that is not an operation; the array is not
   *     copied
   */
  ResidualFlow(TickScale scale, int operations, int nodes, int[] from, int[] to, long[] lag) {
    this.lag = lag;
    hulls = new IntegerHull[operations];
    Arrays.setAll(hulls, scale::hull);
    point = new int[operations];
    flow = new long[from.length];
    graph = new ResidualGraph(nodes, from, to);
    for (int arc = 0; arc < flow.length; arc++) {
      set(arc, 0);
    }
  }

  /**
   * Sets the flow of one of the network's arcs, and updates the lengths of the two residual arcs of
   * this arc.
   */
  void set(int arc, long amount) {
    flow[arc] = amount;
    long along;
    long against = ResidualGraph.NO_CAPACITY;
    if (arc < hulls.length) {
      IntegerHull hull = hulls[arc];
      int next = hull.nextPoint(point[arc], amount);
      point[arc] = next;
      along = hull.ticks()[next];
      if (amount != 0) {
        against = -hull.ticks()[hull.lastPoint(next, amount)];
      }
    } else {
      along = lag[arc];
      if (amount != 0) {
        against = -along;
      }
    }
    graph.setLengths(arc, along, against);
  }

  /** Sends {@code amount} integer power units of flow through a residual arc. */
  void send(int residual, long amount) {
    int arc = graph.arcOf[residual];
    if (arc >= 0) {
      set(arc, flow[arc] + amount);
    } else {
      set(~arc, flow[~arc] - amount);
    }
  }

  /**
   * Returns the amount of flow that a residual arc can carry before its length changes, or {@link
   * IntegerHull#UNLIMITED}.
   */
  long residualCapacity(int residual) {
    int arc = graph.arcOf[residual];
    if (arc >= 0) {
      if (arc >= hulls.length) {
        return IntegerHull.UNLIMITED;
      }
      long limit = hulls[arc].capacity()[point[arc]];
      return limit == IntegerHull.UNLIMITED ? limit : limit - flow[arc];
    }
    arc = ~arc;
    if (arc >= hulls.length) {
      return flow[arc];
    }
    int used = hulls[arc].lastPoint(point[arc], flow[arc]);
    return flow[arc] - (used == 0 ? 0 : hulls[arc].capacity()[used - 1]);
  }

  /**
   * Returns the effective energy (energy minus the energy of waiting for the same time) of an
   * operation of the given duration, in joules.
   */
  double effectiveEnergy(int operation, long duration) {
    return hulls[operation].effectiveEnergy(point[operation], duration);
  }
}
