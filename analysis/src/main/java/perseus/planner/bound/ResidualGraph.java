package perseus.planner.bound;

import perseus.planner.network.EventNetwork;

/**
 * The residual arcs of a network, one along and one against each of its arcs, in the order of the
 * nodes that they leave: a search walks through memory in order.
 */
final class ResidualGraph {
  /** Length of a residual arc that there is none of: so short that it is beyond any tolerance. */
  static final long NO_CAPACITY = -(1L << 60);

  /** Residual arcs that leave node v stand from {@code first[v]} to {@code first[v + 1] - 1}. */
  final int[] first;

  final int[] head;

  /** Where the residual arc in the other direction stands. */
  final int[] twin;

  /** The network's arc that a residual arc runs along, or against: then its complement. */
  final int[] arcOf;

  /** Where the residual arc along each of the network's arcs stands. */
  final int[] position;

  /** Length of a residual arc's next unit of flow, and of that of its twin. */
  final long[] length;

  final long[] twinLength;

  /**
   * @param from tail of each of the network's arcs
   * @param to head of each
   */
  ResidualGraph(int nodes, int[] from, int[] to) {
    first = EventNetwork.firsts(nodes, from, to);
    head = new int[2 * from.length];
    twin = new int[head.length];
    arcOf = new int[head.length];
    position = new int[from.length];
    length = new long[head.length];
    twinLength = new long[head.length];
    int[] next = first.clone();
    for (int arc = 0; arc < from.length; arc++) {
      int along = next[from[arc]]++;
      int against = next[to[arc]]++;
      position[arc] = along;
      head[along] = to[arc];
      head[against] = from[arc];
      twin[along] = against;
      twin[against] = along;
      arcOf[along] = arc;
      arcOf[against] = ~arc;
    }
  }

  /** Sets the lengths of the next units of flow along and against one of the network's arcs. */
  void setLengths(int arc, long along, long against) {
    int there = position[arc];
    int back = twin[there];
    length[there] = along;
    twinLength[back] = along;
    length[back] = against;
    twinLength[there] = against;
  }
}
