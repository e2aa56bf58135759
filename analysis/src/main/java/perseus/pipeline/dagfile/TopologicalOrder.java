package perseus.pipeline.dagfile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Orders operations so that each operation comes after its predecessors, or finds operations that
 * wait for each other in a cycle.
 *
 * <p>Method: again and again, append an operation whose predecessors are all in the order already.
 * If the method ends before the order is complete, a cycle exists. To find a cycle, look only at
 * operations that are not in the order. Go from predecessor to predecessor until an operation
 * appears twice.
 *
 * <p>Complexity: ordering takes O(operations + arcs), where an arc leads from a predecessor to an
 * operation. The method is from Kahn, Topological sorting of large networks, Communications of the
 * ACM 5, 1962.
 */
final class TopologicalOrder {
  private final List<Set<Integer>> predecessors;
  private final int[] remaining;
  private final int[] order;
  private int size;

  TopologicalOrder(List<Set<Integer>> predecessors) {
    this.predecessors = predecessors;
    remaining = predecessors.stream().mapToInt(Set::size).toArray();
    order = new int[remaining.length];
    List<List<Integer>> successors = new ArrayList<>();
    predecessors.forEach(operation -> successors.add(new ArrayList<>()));
    Deque<Integer> free = new ArrayDeque<>();
    for (int i = 0; i < remaining.length; i++) {
      for (int p : predecessors.get(i)) {
        successors.get(p).add(i);
      }
      if (remaining[i] == 0) {
        free.add(i);
      }
    }
    while (!free.isEmpty()) {
      int i = free.poll();
      order[size++] = i;
      for (int next : successors.get(i)) {
        if (--remaining[next] == 0) {
          free.add(next);
        }
      }
    }
  }

  /**
   * Returns whether operations wait for each other in a cycle, so that no topological order exists.
   */
  boolean hasCycle() {
    return size < order.length;
  }

  /**
   * Returns the indices of the operations in topological order, if the operations do not wait for
   * each other in a cycle.
   */
  int[] order() {
    return order;
  }

  /**
   * Returns the indices of operations that wait for each other in a cycle. Each operation in the
   * returned list is a predecessor of the next operation. The first operation is repeated at the
   * end of the returned list.
   */
  List<Integer> cycle() {
    int[] positionInPath = new int[remaining.length];
    Arrays.fill(positionInPath, -1);
    List<Integer> path = new ArrayList<>();
    int at = 0;
    while (remaining[at] == 0) {
      at++;
    }
    while (positionInPath[at] < 0) {
      positionInPath[at] = path.size();
      path.add(at);
      at = predecessors.get(at).stream().filter(p -> remaining[p] > 0).findFirst().orElseThrow();
    }
    List<Integer> cycle = new ArrayList<>(path.subList(positionInPath[at], path.size()));
    Collections.reverse(cycle);
    cycle.add(0, cycle.get(cycle.size() - 1));
    return cycle;
  }
}
