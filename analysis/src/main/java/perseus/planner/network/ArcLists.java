package perseus.planner.network;

/**
 * The arcs at each node of a graph, as one array sorted by node.
 *
 * <p>The arcs at node v are {@code arcs[first[v]]} to {@code arcs[first[v + 1] - 1]}, in rising
 * order. Counting sort builds the lists in O(nodes + arcs). The arrays are public because the inner
 * loops of the planner read them; they must not be modified.
 */
public final class ArcLists {
  /** Position in {@link #arcs} of each node's first arc; one more entry marks the end. */
  public final int[] first;

  /** Indices of the arcs, sorted by node. */
  public final int[] arcs;

  /**
   * Sorts arcs by node.
   *
   * @param nodes number of nodes
   * @param nodeOf the node of each arc, such as its tail
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
