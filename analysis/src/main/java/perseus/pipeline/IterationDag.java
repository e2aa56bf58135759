package perseus.pipeline;

import java.util.Arrays;
import java.util.List;

/**
 * Holds the operations of one training iteration as a directed acyclic graph (DAG), whose arcs say
 * which operation waits for which other operation.
 *
 * <p>A lane is the sequence of operations that one rank executes one after the other. Usually each
 * rank holds one stage, so there is one lane per stage. If a rank holds several stages, the
 * operations of all these stages are in one lane. An arc links each operation of a lane to the next
 * operation of the lane. The {@link Schedule} that builds the DAG determines all other arcs. In a
 * pipeline, the forward of a microbatch on stage s precedes its forward on stage s + 1. The
 * backward of a microbatch on stage s + 1 precedes its backward on stage s. The transfer of a
 * result to another lane takes time. During a transfer, both lanes may execute other operations.
 *
 * <p>Let d_j be the duration of operation j, and t_pj the transfer time of the arc from p to j. The
 * earliest start of operation j is
 *
 * <pre>
 *   start_j = max(0, max over predecessors p of j of start_p + d_p + t_pj)
 * </pre>
 *
 * <p>The makespan (duration of the iteration) is the maximum of start_j + d_j over all operations
 * j. The makespan equals the length of the longest path in the DAG. Operations are numbered in a
 * topological order, so the predecessors of an operation have lower indices than the operation. One
 * pass over the operations in this order computes all starts in O(operations + arcs).
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
   * @param predecessors for each operation, the indices of its predecessors; these must be lower
   *     than the index of the operation, and must include the previous operation of its lane
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

  /**
   * Returns for each of {@code count} groups the indices {@code j} for which {@code groups[j]} is
   * the number of the group, in ascending order.
   */
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
   * successor. The time is 0 if both operations are in the same lane.
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
   * Reverses all arcs. For each operation j, the result lists in ascending order all operations
   * whose lists in {@code arcs} contain j.
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
