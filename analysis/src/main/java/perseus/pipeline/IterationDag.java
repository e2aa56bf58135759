package perseus.pipeline;

import java.util.Arrays;
import java.util.List;

/**
 * Holds the operations of one training iteration and the precedences between them, as a directed
 * acyclic graph (DAG).
 *
 * <p>A lane is a pipeline rank, which executes one operation at a time. Usually each rank has one
 * stage, so lanes and stages are the same. If a schedule puts several stages on a rank, these
 * stages share one lane. An arc links each operation of a lane to the next operation of the lane.
 * The {@link Schedule} chooses all other arcs. In a pipeline, forward (s, m) of stage s and
 * microbatch m precedes forward (s + 1, m). Backward (s + 1, m) precedes backward (s, m). A result
 * that goes to another lane needs a transfer time, during which neither lane is busy.
 *
 * <p>Let d_j be the duration of operation j, and t_pj the transfer time of the arc from p to j.
 * Then the earliest starts are
 *
 * <pre>
 *   start_j = max(0, max over predecessors p of j of start_p + d_p + t_pj)
 * </pre>
 *
 * and the makespan is the maximum of start_j + d_j. The makespan is the length of the longest path.
 * Operations are numbered in a topological order, so every predecessor has a lower index. One pass
 * over the operations in this order computes all starts in O(operations + arcs).
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
   * @param operations operations in a topological order; the index of each operation is its
   *     position in the list
   * @param lanes lane of each operation, from 0
   * @param predecessors indices of the predecessors of each operation, which are lower than its own
   *     index; the previous operation of the lane must be a predecessor
   * @param transferSeconds for each stage except the last, the time in seconds of a transfer to the
   *     next stage or back
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

  /** Returns the indices that belong to each of {@code count} groups, in ascending order. */
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

  /** Returns the number of stages. */
  public int stages() {
    return stageOperations.length;
  }

  /**
   * Returns the number of lanes. The number of lanes equals the number of stages unless several
   * stages share a rank.
   */
  public int lanes() {
    return laneOperations.length;
  }

  /** Returns the lane that executes an operation. */
  public int lane(int operation) {
    return lanes[operation];
  }

  /**
   * Returns the indices of the operations of a lane, in execution order. The array must not be
   * modified.
   */
  public int[] laneOperations(int lane) {
    return laneOperations[lane];
  }

  /** Returns the number of operations. */
  public int size() {
    return operations.size();
  }

  /** Returns all operations in a topological order. */
  public List<Operation> operations() {
    return operations;
  }

  /**
   * Returns the indices of the operations for which {@code operation} waits. The array must not be
   * modified.
   */
  public int[] predecessors(int operation) {
    return predecessors[operation];
  }

  /**
   * Returns the indices of the operations that wait for {@code operation}. The array must not be
   * modified.
   */
  public int[] successors(int operation) {
    return successors[operation];
  }

  /**
   * Returns the time in seconds from the end of an operation until its result arrives at a
   * successor. The time is 0 within a lane.
   *
   * @param successor index of one of the operation's {@link #successors(int)}
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
   * Returns the indices of the operations of a stage, in execution order. The array must not be
   * modified.
   */
  public int[] stageOperations(int stage) {
    return stageOperations[stage];
  }

  /**
   * Returns all arcs in the opposite direction. The list of each operation is in ascending order.
   */
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
