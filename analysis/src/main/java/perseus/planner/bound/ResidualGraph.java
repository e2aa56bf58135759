package perseus.planner.bound;

import perseus.planner.network.ArcLists;

/**
 * Holds the residual graph of a flow network, whose arcs say how the flow can change. Each arc of
 * the network has two residual arcs. The residual arc along the network's arc stands for additional
 * flow through the arc. The residual arc against the network's arc stands for flow that is taken
 * back from the arc.
 *
 * <p>Residual arcs are sorted by the node that they leave, so that a search reads memory in order.
 * Residual arcs that leave the same node have the order of the network's arcs. If there are several
 * optimal flows, the order of the residual arcs decides which of them a search finds.
 */
final class ResidualGraph {
  /**
   * The length of a residual arc without capacity. The value is so negative that no search uses an
   * arc of this length. The absolute value is above all differences of event times. The largest
   * difference is about {@code 2^45} integer time units.
   */
  static final long NO_CAPACITY = -(1L << 61);

  /** The residual arcs that leave node v are {@code first[v]} to {@code first[v + 1] - 1}. */
  final int[] first;

  /** {@code head[c]} is the node to which residual arc c leads. */
  final int[] head;

  /** {@code twin[c]} is the residual arc in the opposite direction of residual arc c. */
  final int[] twin;

  /**
   * {@code arcOf[c]} is the arc a of the network along which residual arc c leads, or {@code ~a} if
   * residual arc c leads against arc a.
   */
  final int[] arcOf;

  /** {@code position[a]} is the residual arc along the network's arc a. */
  final int[] position;

  /**
   * {@code length[c]} is the current length of residual arc c in integer time units. The length can
   * change when the flow changes. The length is negated if residual arc c leads against an arc of
   * the network.
   */
  final long[] length;

  /**
   * {@code twinLength[c]} is the length in integer time units of the residual arc in the opposite
   * direction of residual arc c.
   */
  final long[] twinLength;

  /**
   * Builds the residual graph, in which all residual arcs have length 0.
   *
   * @param from for each arc of the network, the node at which it starts
   * @param to for each arc of the network, the node at which it ends
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
   * Sets the lengths in integer time units of the two residual arcs of one of the network's arcs.
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
