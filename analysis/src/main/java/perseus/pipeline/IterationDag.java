package perseus.pipeline;

import java.util.Arrays;
import java.util.List;

/**
 * The operations of one training iteration and what each has to wait for. The operations of a lane
 * follow each other, since it executes one at a time; a stage is a lane of its own, or one of
 * several whose rank is the lane. What crosses from one lane to another may take time on its way,
 * during which neither is busy. What else has to wait is the {@link Schedule}'s to say: in a
 * pipeline forward (s, m) precedes forward (s + 1, m), and backward (s + 1, m) precedes backward
 * (s, m).
 *
 * <p>Operations are numbered in a topological order: every predecessor has a lower index.
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
   * @param stages number of stages
   * @param operations in a topological order, numbered by it
   * @param lanes lane of each operation, from 0
   * @param predecessors of each operation, all of lower index; those of one lane are linked in
   *     their order
   * @param transferSeconds per stage but the last, to the next stage and back
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

  /** Indices by group, in their order. */
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

  /** Number of lanes: of ranks that execute one operation at a time, stages unless interleaved. */
  public int lanes() {
    return laneOperations.length;
  }

  /** The lane that executes an operation. */
  public int lane(int operation) {
    return lanes[operation];
  }

  /** Indices of a lane's operations in execution order. The array is not to be changed. */
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
   * Indices of the operations that {@code operation} has to wait for. The array is not to be
   * changed.
   */
  public int[] predecessors(int operation) {
    return predecessors[operation];
  }

  /** Indices of the operations that wait for {@code operation}. The array is not to be changed. */
  public int[] successors(int operation) {
    return successors[operation];
  }

  /**
   * Seconds from the end of an operation until its result is where a successor needs it.
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

  /** Indices of a stage's operations in execution order. The array is not to be changed. */
  public int[] stageOperations(int stage) {
    return stageOperations[stage];
  }

  /**
   * Earliest start of every operation, in seconds from the iteration's start; the makespan stands
   * last.
   *
   * @param durations seconds, by operation
   */
  public double[] earliestStarts(double[] durations) {
    double[] starts = new double[size() + 1];
    double makespan = 0;
    for (int j = 0; j < size(); j++) {
      double start = 0;
      for (int p : predecessors[j]) {
        start = Math.max(start, starts[p] + durations[p] + transferSeconds(p, j));
      }
      starts[j] = start;
      makespan = Math.max(makespan, start + durations[j]);
    }
    starts[size()] = makespan;
    return starts;
  }

  /**
   * Length of the longest path, in seconds.
   *
   * @param durations seconds, by operation
   */
  public double makespan(double[] durations) {
    return earliestStarts(durations)[size()];
  }

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
