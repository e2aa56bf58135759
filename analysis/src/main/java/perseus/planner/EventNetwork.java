package perseus.planner;

import java.util.Arrays;
import perseus.pipeline.IterationDag;

/**
 * The activity-on-arc network of an iteration. Operation j is an arc from node 2j, its start, to
 * node 2j + 1, its end; further arcs are precedences, also from the source, where the iteration
 * starts, and to the sink, where it ends.
 */
final class EventNetwork {
  final IterationDag dag;
  final int operations;
  final int source;
  final int sink;

  /** Tail and head of each arc; the first arcs are the operations. */
  final int[] from;

  final int[] to;

  /** Ticks that pass from a precedence's tail to its head; not used for operations. */
  final long[] lag;

  EventNetwork(IterationDag dag, ScaledCosts costs) {
    this.dag = dag;
    operations = dag.size();
    source = 2 * operations;
    sink = source + 1;
    int arcs = operations;
    for (int j = 0; j < operations; j++) {
      arcs += Math.max(1, dag.predecessors(j).length) + (dag.successors(j).length == 0 ? 1 : 0);
    }
    from = new int[arcs];
    to = new int[arcs];
    lag = new long[arcs];
    int arc = operations;
    for (int j = 0; j < operations; j++) {
      link(j, 2 * j, 2 * j + 1, 0);
      if (dag.predecessors(j).length == 0) {
        link(arc++, source, 2 * j, 0);
      }
      for (int p : dag.predecessors(j)) {
        link(arc++, 2 * p + 1, 2 * j, costs.transferTicks(p, j));
      }
      if (dag.successors(j).length == 0) {
        link(arc++, 2 * j + 1, sink, 0);
      }
    }
  }

  private void link(int arc, int tail, int head, long ticks) {
    from[arc] = tail;
    to[arc] = head;
    lag[arc] = ticks;
  }

  int nodes() {
    return sink + 1;
  }

  int arcs() {
    return from.length;
  }

  /**
   * Where the arcs at each node stand in a list of them sorted by node: those at {@code v} from
   * {@code first[v]} to {@code first[v + 1] - 1}. An arc is at both of its ends.
   */
  static int[] firsts(int nodes, int[]... ends) {
    int[] first = new int[nodes + 1];
    for (int[] end : ends) {
      for (int v : end) {
        first[v + 1]++;
      }
    }
    Arrays.parallelPrefix(first, Integer::sum);
    return first;
  }
}
