package perseus.pipeline;

import java.util.Arrays;
import java.util.List;

/**
 * The operations of one training iteration and the precedence between them, a directed acyclic
 * graph.
 *
 * <p>A lane is a pipeline rank, which executes one operation at a time. Usually each stage has a
 * rank, and lanes and stages are the same. If a schedule puts several stages on a rank, they share
 * its lane. The operations of a lane are linked in their order of execution. All other arcs are
 * chosen by the {@link Schedule}: in a pipeline, forward (s, m) of stage s and microbatch m
 * precedes forward (s + 1, m), and backward (s + 1, m) precedes backward (s, m). A result that
 * crosses to another lane needs a transfer time, during which neither lane is busy.
 *
 * <p>With the durations d_j of operations and the transfer times t_pj of arcs, the earliest starts
 * are
 *
 * <pre>
 *   start_j = max(0, max over predecessors p of j of start_p + d_p + t_pj)
 * </pre>
 *
 * and the makespan, the length of the longest path, is the maximum of start_j + d_j. Operations are
 * numbered in a topological order: every predecessor has a lower index. One pass over the
 * operations in this order therefore computes all starts, in O(operations + arcs).
 */
public final class IterationDag {
  private final List<Operation> operations;
  private final int[][] predecessors;
  private final int[][] successors;
  private final double[] transferSeconds;
  private final int[] lanes;
  private final int[][] stageOperations;
  private final int[][] laneOperations;

  /**
   * Creates the DAG.
   *
   * @param stages number of stages
   * @param operations operations in a topological order; their index is their position
   * @param lanes lane of each operation, from 0
   * @param predecessors indices of the predecessors of each operation, all lower than its own;
   *     consecutive operations of a lane must be linked
   * @param transferSeconds for each stage except the last, the seconds of a transfer to the next
   *     stage, and of one back
   */
  IterationDag(
      int stages,
      List<Operation> operations,
      int[] lanes,
      int[][] predecessors,
      double[] transferSeconds) {
    this.operations = List.copyOf(operations);
    this.lanes = lanes.clone();
    this.predecessors = predecessors;
    this.transferSeconds = transferSeconds.clone();
    this.successors = reversed(predecessors);
    this.stageOperations =
        grouped(operations.stream().mapToInt(Operation::stage).toArray(), stages);
    this.laneOperations = grouped(lanes, Arrays.stream(lanes).max().orElse(-1) + 1);
  }

  /** The indices that belong to each of {@code count} groups, ascending. */
  private static int[][] grouped(int[] groups, int count) {
    int[] sizes = new int[count];
    for (int group : groups) {
      sizes[group]++;
    }
    int[][] grouped = new int[count][];
    Arrays.setAll(grouped, group -> new int[sizes[group]]);
    int[] next = new int[count];
    for (int j = 0; j < groups.length; j++) {
      grouped[groups[j]][next[groups[j]]++] = j;
    }
    return grouped;
  }

  /** Number of stages. */
  public int stages() {
    return stageOperations.length;
  }

  /** Number of lanes; equal to the number of stages unless stages share a rank. */
  public int lanes() {
    return laneOperations.length;
  }

  /** The lane that executes an operation. */
  public int lane(int operation) {
    return lanes[operation];
  }

  /**
   * Indices of the operations of a lane in their order of execution. The array must not be
   * modified.
   */
  public int[] laneOperations(int lane) {
    return laneOperations[lane];
  }

  /** Number of operations. */
  public int size() {
    return operations.size();
  }

  /** All operations in topological order. */
  public List<Operation> operations() {
    return operations;
  }

  /**
   * Indices of the operations for which {@code operation} waits. The array must not be modified.
   */
  public int[] predecessors(int operation) {
    return predecessors[operation];
  }

  /** Indices of the operations that wait for {@code operation}. The array must not be modified. */
  public int[] successors(int operation) {
    return successors[operation];
  }

  /**
   * Seconds from the end of an operation until its result arrives at a successor; 0 within a lane.
   *
   * @param successor one of {@link #successors(int)}
   */
  public double transferSeconds(int operation, int successor) {
    if (lanes[operation] == lanes[successor]) {
      return 0;
    }
    int from = operations.get(operation).stage();
    int to = operations.get(successor).stage();
    return from == to ? 0 : transferSeconds[Math.min(from, to)];
  }

  /**
   * Indices of the operations of a stage in their order of execution. The array must not be
   * modified.
   */
  public int[] stageOperations(int stage) {
    return stageOperations[stage];
  }

  /** The arcs in the opposite direction, ascending for each operation. */
  private static int[][] reversed(int[][] arcs) {
    int[] counts = new int[arcs.length];
    for (int[] heads : arcs) {
      for (int head : heads) {
        counts[head]++;
      }
    }
    int[][] result = new int[arcs.length][];
    Arrays.setAll(result, j -> new int[counts[j]]);
    for (int j = arcs.length - 1; j >= 0; j--) {
      for (int head : arcs[j]) {
        result[head][--counts[head]] = j;
      }
    }
    return result;
  }
}
