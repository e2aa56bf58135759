package perseus.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Holds the operations of one training iteration as a directed acyclic graph (DAG). An arc leads
 * from an operation to another operation that waits for it.
 *
 * <p>A lane is the sequence of operations that one rank executes one after the other. Each
 * operation waits for the previous operation of its rank. The {@link Schedule} that builds the DAG
 * determines for which operations of other ranks an operation waits. For example, the forward of a
 * microbatch on stage s + 1 waits for the forward of the same microbatch on stage s. The transfer
 * of a result to another rank takes time, in which both ranks may execute other operations.
 *
 * <p>The earliest start of an operation and the makespan (duration of the iteration) are:
 *
 * <pre>
 * start_j  = max(0, start_p + d_p + t_pj for all predecessors p)
 * makespan = max(start_j + d_j for all operations j)
 * start_j   earliest start of operation j
 * d_j       duration of operation j
 * t_pj      transfer time from operation p to operation j
 * </pre>
 *
 * <p>The makespan equals the length of the longest path in the DAG. Operations are numbered in a
 * topological order, so the predecessors of an operation have lower indices than the operation. One
 * pass in topological order computes the earliest starts of all operations in O(operations + arcs).
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
   * @param lanes for each operation, the number of the rank that executes it, from 0
   * @param predecessors for each operation, the indices of the operations for which it waits. An
   *     operation must wait for the previous operation on its rank. All predecessors must have
   *     lower indices than the operation.
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

  /** Returns the number of ranks that execute operations. */
  public int lanes() {
    return laneOperations.length;
  }

  /** Returns the number of the rank that executes an operation. */
  public int lane(int operation) {
    return lanes[operation];
  }

  /**
   * Returns the indices of the operations of a rank, in execution order. Callers must not modify
   * the returned array.
   */
  public int[] laneOperations(int lane) {
    return laneOperations[lane];
  }

  /**
   * Returns the indices of the computations of a rank ({@link Instruction#isComputation}), in
   * execution order. Callers must not modify the returned array.
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
   * successor. The transfer time between two operations of the same rank is 0 seconds, unless the
   * DAG states another time for their arc.
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
   * Reverses all arcs of the DAG. Entry j of the result lists in ascending order all operations i
   * for which {@code arcs[i]} contains j.
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
