package perseus.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Holds the operations of one training iteration as a directed acyclic graph (DAG), whose arcs say
 * which operation waits for which other operation.
 *
 * <p>A lane is the sequence of operations that one rank executes one after the other. Usually each
 * rank holds one stage, so there is one lane (sequence of operations of one rank) per stage. If a
 * rank holds several stages, the operations of all these stages are in one lane. An arc of the DAG
 * links each operation of a lane to the next operation of the lane. The {@link Schedule} that
 * builds the DAG determines all arcs that do not link neighbours in a lane. In a pipeline, the
 * forward of a microbatch on stage s precedes the forward of the same microbatch on stage s + 1.
 * The backward of a microbatch on stage s + 1 precedes the backward of the same microbatch on stage
 * s. The transfer of a result to another lane takes time. While a result is transferred from one
 * lane to another, both lanes may execute other operations.
 *
 * <p>The formula below gives start_j, the earliest start of operation j, where d_p is the duration
 * of operation p, and t_pj is the transfer time from operation p to operation j:
 *
 * <pre>
 *   start_j = max(0, max over predecessors p of j of start_p + d_p + t_pj)
 * </pre>
 *
 * <p>The makespan (duration of the iteration) is the latest end of an operation: the maximum of
 * start_j + d_j (start plus duration) over all operations j. The makespan equals the length of the
 * longest path in the DAG. Operations are numbered in a topological order, so the predecessors of
 * an operation have lower indices than the operation. One pass over the operations in topological
 * order computes the earliest starts of all operations in O(operations + arcs).
 */
public final class IterationDag {
  private final List<Operation> operations;
  private final int[][] predecessors;
  private final int[][] successors;
  private final double[] transferSeconds;
  private final Map<Arc, Double> arcSeconds;
  private final int[] lanes;
  private final int[][] stageOperations;
  private final int[][] laneOperations;
  private final int[][] laneComputations;

  /**
   * Identifies an arc of the DAG by its two operations.
   *
   * @param from index of the predecessor
   * @param to index of the operation that waits
   */
  public record Arc(int from, int to) {}

  /**
   * Creates the DAG from its operations and their predecessors.
   *
   * @param stages number of pipeline stages
   * @param operations operations of the iteration in a topological order; the index of each
   *     operation is its position in the list
   * @param lanes for each operation, the number of its lane (the rank that executes it), from 0
   * @param predecessors for each operation, the indices of the operations for which it waits. An
   *     operation must wait for the previous operation of its lane. The predecessors of an
   *     operation must have lower indices than the operation.
   * @param transferSeconds for each stage except the last, the time in seconds of a transfer
   *     between this stage and the next stage
   * @param arcSeconds transfer times in seconds of those arcs whose transfer time differs from
   *     {@code transferSeconds}
   */
  public IterationDag(
      int stages,
      List<Operation> operations,
      int[] lanes,
      int[][] predecessors,
      double[] transferSeconds,
      Map<Arc, Double> arcSeconds) {
    this.arcSeconds = Map.copyOf(arcSeconds);
    this.operations = List.copyOf(operations);
    this.lanes = lanes.clone();
    this.predecessors = predecessors;
    this.transferSeconds = transferSeconds.clone();
    this.successors = reversed(predecessors);
    this.stageOperations =
        grouped(operations.stream().mapToInt(Operation::stage).toArray(), stages);
    this.laneOperations = grouped(lanes, Arrays.stream(lanes).max().orElse(-1) + 1);
    this.laneComputations = new int[laneOperations.length][];
    Arrays.setAll(
        laneComputations,
        lane ->
            Arrays.stream(laneOperations[lane])
                .filter(j -> operations.get(j).instruction().isComputation())
                .toArray());
  }

  /**
   * Sorts the indices of an array into {@code count} groups. Entry g of the result holds, in
   * ascending order, all indices j for which {@code groups[j]} is g.
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

  /** Returns the number of pipeline stages. */
  public int stages() {
    return stageOperations.length;
  }

  /**
   * Returns the number of lanes (ranks that execute operations). The number of lanes equals the
   * number of stages unless several stages share a rank.
   */
  public int lanes() {
    return laneOperations.length;
  }

  /** Returns the number of the lane (rank) that executes an operation. */
  public int lane(int operation) {
    return lanes[operation];
  }

  /**
   * Returns the indices of the operations of a lane (one rank), in execution order. Callers must
   * not modify the returned array.
   */
  public int[] laneOperations(int lane) {
    return laneOperations[lane];
  }

  /**
   * Returns the indices of the computations of a lane ({@link Instruction#isComputation}), in
   * execution order. Callers must not modify the array.
   */
  public int[] laneComputations(int lane) {
    return laneComputations[lane];
  }

  /** Returns the number of operations of the iteration. */
  public int size() {
    return operations.size();
  }

  /** Returns all operations of the iteration in a topological order. */
  public List<Operation> operations() {
    return operations;
  }

  /**
   * Returns the indices of the operations for which {@code operation} waits. Callers must not
   * modify the returned array.
   */
  public int[] predecessors(int operation) {
    return predecessors[operation];
  }

  /**
   * Returns the indices of the operations that wait for {@code operation}. Callers must not modify
   * the returned array.
   */
  public int[] successors(int operation) {
    return successors[operation];
  }

  /**
   * Returns the time in seconds from the end of an operation until its result arrives at a
   * successor. The transfer time between two operations of the same lane (rank) is 0 seconds,
   * unless the DAG states another time for their arc.
   *
   * @param successor index of one of the operation's {@link #successors(int)}
   */
  public double transferSeconds(int operation, int successor) {
    Double stated = arcSeconds.isEmpty() ? null : arcSeconds.get(new Arc(operation, successor));
    if (stated != null) {
      return stated;
    }
    if (lanes[operation] == lanes[successor]) {
      return 0;
    }
    int from = operations.get(operation).stage();
    int to = operations.get(successor).stage();
    return from == to ? 0 : transferSeconds[Math.min(from, to)];
  }

  /**
   * Returns the indices of the operations of a stage, in execution order. Callers must not modify
   * the returned array.
   */
  public int[] stageOperations(int stage) {
    return stageOperations[stage];
  }

  /**
   * Reverses all arcs of the DAG. For each operation j, the result lists in ascending order all
   * operations i for which {@code arcs[i]} contains j.
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
