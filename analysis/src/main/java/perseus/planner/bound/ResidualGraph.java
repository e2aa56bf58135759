package perseus.planner.bound;

import perseus.planner.network.ArcLists;

/**
 * Holds the residual graph of a flow network, whose arcs say how the flow can change. Each arc of
 * the network has two residual arcs. The residual arc along the network's arc stands for additional
 * flow through the arc. The residual arc against the network's arc stands for flow that is taken
 * back from the arc.
 *
 * <p>Residual arcs are sorted by the node that they leave, so that a search reads memory in order.
 * The residual arcs that leave the same node have the same order as the network's arcs to which
 * they belong. If there are several optimal flows, the order of the residual arcs decides which of
 * them a search finds.
 */
final class ResidualGraph {
  /**
   * NO_CAPACITY is the length of a residual arc without capacity. NO_CAPACITY is so negative that
   * no search uses an arc of this length. The absolute value of NO_CAPACITY is above any difference
   * of event times (at most about {@code 2^45} ticks, integer units of time). The absolute value of
   * NO_CAPACITY is also above all distances that {@link PrimalDualFlow} computes.
   */
  static final long NO_CAPACITY = -(1L << 61);

  /** The residual arcs that leave node v are {@code first[v]} to {@code first[v + 1] - 1}. */
  final int[] first;

  /** {@code head[c]} is the node to which residual arc c leads. */
  final int[] head;

  /** {@code twin[c]} is the residual arc in the opposite direction of residual arc c. */
  final int[] twin;

  /**
   * {@code arcOf[c]} is {@code a} if residual arc c leads along the network's arc a. {@code
   * arcOf[c]} is {@code ~a} if residual arc c leads against the network's arc a.
   */
  final int[] arcOf;

  /** {@code position[a]} is the residual arc along the network's arc a. */
  final int[] position;

  /**
   * {@code length[c]} is the current length of residual arc c in ticks (integer units of time). It
   * can change when the flow changes. If residual arc c leads against an arc of the network, the
   * length has the opposite sign of this arc's length.
   */
  final long[] length;

  /**
   * {@code twinLength[c]} is the length in ticks (integer units of time) of the twin of residual
   * arc c.
   */
  final long[] twinLength;

  /**
   * Builds the residual graph. The lengths of all residual arcs are 0 until {@link #setLengths}
   * sets them.
   *
   * @param nodes number of nodes
   * @param from for each of the network's arcs, the node at which it starts (its tail)
   * @param to for each of the network's arcs, the node at which it ends (its head)
   */
  ResidualGraph(int nodes, int[] from, int[] to) {
    int[] tails = new int[2 * from.length];
    for (int arc = 0; arc < from.length; arc++) {
      tails[2 * arc] = from[arc];
      tails[2 * arc + 1] = to[arc];
    }
    ArcLists leaving = new ArcLists(nodes, tails);
    int[] places = new int[tails.length];
    for (int place = 0; place < places.length; place++) {
      places[leaving.arcs[place]] = place;
    }
    first = leaving.first;
    head = new int[tails.length];
    twin = new int[tails.length];
    arcOf = new int[tails.length];
    position = new int[from.length];
    length = new long[tails.length];
    twinLength = new long[tails.length];
    for (int arc = 0; arc < from.length; arc++) {
      int along = places[2 * arc];
      int against = places[2 * arc + 1];
      position[arc] = along;
      head[along] = to[arc];
      head[against] = from[arc];
      twin[along] = against;
      twin[against] = along;
      arcOf[along] = arc;
      arcOf[against] = ~arc;
    }
  }

  /**
   * Sets the lengths in ticks (integer units of time) of the two residual arcs of one of the
   * network's arcs.
   */
  void setLengths(int arc, long along, long against) {
    int there = position[arc];
    int back = twin[there];
    length[there] = along;
    twinLength[back] = along;
    length[back] = against;
    twinLength[there] = against;
  }
}
