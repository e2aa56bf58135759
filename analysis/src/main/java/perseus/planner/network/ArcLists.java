package perseus.planner.network;

/**
 * Lists the arcs of each node of a graph. One array holds the arcs of all nodes, sorted by node.
 *
 * <p>The arcs of node v are {@code arcs[first[v]]} to {@code arcs[first[v + 1] - 1]}, in rising
 * order of their indices. Counting sort builds the lists in O(nodes + arcs). Callers must not
 * modify the arrays, which are public because inner loops read them.
 */
public final class ArcLists {
  /** {@code first[v]} is the position in {@link #arcs} of the first arc of node v. */
  public final int[] first;

  /** Indices of all arcs, sorted by node. */
  public final int[] arcs;

  /**
   * Sorts the arcs of a graph by node.
   *
   * @param nodeOf for each arc, the node under which the arc is listed, for example the node at
   *     which it starts
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
