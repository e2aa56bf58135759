package perseus.planner.switching;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import perseus.planner.problem.PlanningProblem;

/**
 * Holds the order in which {@link ClockBeam} chooses the frequencies of operations.
 *
 * <p>Every operation comes after its predecessors. Operations are sorted by their starts in a plan
 * in which all operations have a medium frequency. In this class, an operation is pending if it has
 * no frequency yet, but at least one of its predecessors has a frequency. Objects of this class are
 * immutable. Making the order takes O(n log n + n P + E) for n operations, at most P pending
 * operations and E precedences.
 */
public final class ClockOrder {
  final int[] operations;

  final int[] position;

  /**
   * {@code slot[j]} is the array index that holds the earliest start of operation j; NONE if the
   * operation has no predecessor.
   */
  final int[] slot;

  /**
   * {@code pending[i]} lists the operations after position i that have a predecessor at a position
   * up to i.
   */
  final int[][] pending;

  /**
   * {@code lastOf[i][r]} is the last computation of rank r before position i; NONE if there is
   * none.
   */
  final int[][] lastOf;

  final int slots;

  public ClockOrder(ClockTables tables) {
    int n = tables.operations;
    operations = byStart(tables);
    position = new int[n];
    for (int i = 0; i < n; i++) {
      position[operations[i]] = i;
    }
    slot = new int[n];
    Arrays.fill(slot, PlanningProblem.NONE);
    pending = new int[n][];
    slots = fillPending(tables);
    lastOf = new int[n][];
    fillLastOf(tables);
  }

  private static int[] byStart(ClockTables tables) {
    int[] medium = new int[tables.operations];
    for (int j = 0; j < medium.length; j++) {
      int[] allowed = tables.settingsOf(j);
      medium[j] = allowed[allowed.length / 2];
    }
    ClockTiming plan = new ClockTiming(tables, medium);
    // The sort is stable, so operations with equal starts stay in topological order.
    return IntStream.range(0, medium.length)
        .boxed()
        .sorted(Comparator.comparingDouble(plan::startSeconds))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private int fillPending(ClockTables tables) {
    boolean[] used = new boolean[operations.length];
    int most = 0;
    int[] now = new int[0];
    for (int i = 0; i < operations.length; i++) {
      int j = operations[i];
      if (slot[j] != PlanningProblem.NONE) {
        used[slot[j]] = false;
        now = Arrays.stream(now).filter(k -> k != j).toArray();
      }
      for (int s = tables.successorsFrom[j]; s < tables.successorsFrom[j + 1]; s++) {
        int k = tables.successors[s];
        if (slot[k] == PlanningProblem.NONE) {
          slot[k] = 0;
          while (used[slot[k]]) {
            slot[k]++;
          }
          used[slot[k]] = true;
          most = Math.max(most, slot[k] + 1);
          now = Arrays.copyOf(now, now.length + 1);
          now[now.length - 1] = k;
        }
      }
      pending[i] = now;
    }
    return most;
  }

  private void fillLastOf(ClockTables tables) {
    int[] last = new int[tables.lanes.length];
    Arrays.fill(last, PlanningProblem.NONE);
    int[] laneOf = tables.laneOf();
    for (int i = 0; i < operations.length; i++) {
      lastOf[i] = last.clone();
      int lane = laneOf[operations[i]];
      if (lane != PlanningProblem.NONE) {
        last[lane] = operations[i];
      }
    }
  }
}
