package perseus.planner.bound;

import java.util.Arrays;
import perseus.planner.network.IntegerHull;
import perseus.planner.network.TickScale;

/**
 * A flow through a network whose first arcs are operations, with its residual graph.
 *
 * <p>An operation is a stack of parallel arcs, one for each point of its hull (see {@link
 * IntegerHull}), so that the length of its next unit depends on its flow. The other arcs have a
 * fixed length and no upper limit. Flow is measured in scaled watts, length in ticks.
 */
final class ResidualFlow {
  /**
   * Flow of each of the network's arcs. After a direct change, {@link #set} must be called for the
   * arc before the residual graph is used.
   */
  final long[] flow;

  /** The hull of each operation. */
  final IntegerHull[] hulls;

  final ResidualGraph graph;

  /** The hull point of each operation that carries its next unit of flow. */
  private final int[] point;

  private final long[] lag;

  /**
   * Starts without flow.
   *
   * @param operations number of operations
   * @param nodes number of nodes
   * @param from tail of each arc, operations first
   * @param to head of each arc
   * @param lag length of each arc that is not an operation; the flow keeps this array
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

  /** Sets the flow of one of the network's arcs, and the lengths of its residual arcs. */
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

  /** Sends {@code amount} through a residual arc. */
  void send(int residual, long amount) {
    int arc = graph.arcOf[residual];
    if (arc >= 0) {
      set(arc, flow[arc] + amount);
    } else {
      set(~arc, flow[~arc] - amount);
    }
  }

  /**
   * The flow that a residual arc can carry at its present length; {@link IntegerHull#UNLIMITED} if
   * there is no limit.
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

  /** The effective energy of an operation that takes {@code duration} ticks, in joules. */
  double effectiveEnergy(int operation, long duration) {
    return hulls[operation].effectiveEnergy(point[operation], duration);
  }
}
