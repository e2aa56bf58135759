package perseus.planner.bound;

import perseus.planner.network.ArcLists;

/**
 * The residual graph of a flow network: for each arc, one residual arc along it, which can carry
 * more flow, and one against it, which can take flow back.
 *
 * <p>Residual arcs are sorted by the node they leave, so that a search reads memory in order. At
 * one node they keep the order of the network's arcs. That order decides which of several optimal
 * flows a search finds.
 */
final class ResidualGraph {
  /**
   * The length of a residual arc without capacity. It is so short that no search takes the arc: its
   * magnitude is above any difference of event times, of up to {@code 2^45} ticks, and above the
   * distances of {@link PrimalDualFlow}.
   */
  static final long NO_CAPACITY = -(1L << 61);

  /** The residual arcs that leave node v are {@code first[v]} to {@code first[v + 1] - 1}. */
  final int[] first;

  /** Head of each residual arc. */
  final int[] head;

  /** The residual arc in the opposite direction of each residual arc. */
  final int[] twin;

  /**
   * The network's arc of each residual arc: its index if along it, {@code ~index} if against it.
   */
  final int[] arcOf;

  /** The residual arc along each of the network's arcs. */
  final int[] position;

  /** Length of the next unit of flow on each residual arc; negative against the network's arc. */
  final long[] length;

  /** Length of the twin of each residual arc. */
  final long[] twinLength;

  /**
   * Builds the graph. The lengths are 0 until they are set.
   *
   * @param nodes number of nodes
   * @param from tail of each of the network's arcs
   * @param to head of each of the network's arcs
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

  /** Sets the lengths of the next unit of flow along and against one of the network's arcs. */
  void setLengths(int arc, long along, long against) {
    int there = position[arc];
    int back = twin[there];
    length[there] = along;
    twinLength[back] = along;
    length[back] = against;
    twinLength[there] = against;
  }
}
