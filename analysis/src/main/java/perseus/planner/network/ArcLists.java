package perseus.planner.network;

/**
 * Lists the arcs at each node of a graph, in one array that is sorted by node.
 *
 * <p>The arcs at node v are {@code arcs[first[v]]} to {@code arcs[first[v + 1] - 1]}, in rising
 * order. Counting sort builds the lists in O(nodes + arcs). The arrays are public because the
 * planner's inner loops read the arrays directly. Callers must not modify the arrays.
 */
public final class ArcLists {
  /**
   * {@code first[v]} is the position in {@link #arcs} of the first arc of node v. The last entry of
   * {@code first} is the number of arcs.
   */
  public final int[] first;

  /** The array {@code arcs} holds the indices of all arcs, sorted by node. */
  public final int[] arcs;

  /**
   * Sorts arcs by node.
   *
   * @param nodes number of nodes
   * @param nodeOf the node of each arc, for example its tail
   */
  public ArcLists(int nodes, int[] nodeOf) {
    first = new int[nodes + 1];
    for (int node : nodeOf) {
      first[node + 1]++;
    }
    for (int v = 0; v < nodes; v++) {
      first[v + 1] += first[v];
    }
    arcs = new int[nodeOf.length];
    int[] next = first.clone();
    for (int arc = 0; arc < arcs.length; arc++) {
      arcs[next[nodeOf[arc]]++] = arc;
    }
  }
}
