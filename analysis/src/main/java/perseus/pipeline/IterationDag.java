package perseus.pipeline;

import static perseus.recording.Instruction.BACKWARD;
import static perseus.recording.Instruction.FORWARD;
import static perseus.recording.Instruction.LOAD;
import static perseus.recording.Instruction.OPTIMIZER_STEP;
import static perseus.recording.Instruction.REDUCE_GRADS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import perseus.recording.Instruction;

/**
 * The operations of one training iteration and what each has to wait for. A stage's operations
 * follow each other in its schedule's order; forward (s, m) precedes forward (s + 1, m), and
 * backward (s + 1, m) precedes backward (s, m). What crosses from one stage to the next may take
 * time on its way, during which neither stage is busy.
 *
 * <p>Operations are numbered in a topological order: every predecessor has a lower index.
 */
public final class IterationDag {
  private final int stages;
  private final List<Operation> operations;
  private final int[][] predecessors;
  private final int[][] successors;
  private final double[] transferSeconds;
  private final int[][] stageOperations;

  private IterationDag(
      int stages, List<Operation> operations, int[][] predecessors, double[] transferSeconds) {
    this.stages = stages;
    this.operations = List.copyOf(operations);
    this.predecessors = predecessors;
    this.transferSeconds = transferSeconds;
    this.successors = reversed(predecessors);
    this.stageOperations = new int[stages][];
    for (int s = 0; s < stages; s++) {
      int stage = s;
      stageOperations[s] =
          operations.stream().filter(o -> o.stage() == stage).mapToInt(Operation::index).toArray();
    }
  }

  /**
   * The DAG of an iteration under a schedule.
   *
   * @param schedule order of each stage's computations
   * @param stages number of stages
   * @param microbatches number of microbatches
   * @param fixed per stage, the instructions other than the schedule's that it also runs: a load
   *     goes before each forward, reduce_grads and then optimizer_step after the last computation;
   *     others are ignored
   * @param transferSeconds per stage but the last, what an activation takes to the next stage, and
   *     a gradient back, in seconds, at least 0
   * @throws IllegalArgumentException if there is no stage or no microbatch, or a list is too short
   */
  public static IterationDag of(
      TrainSchedule schedule,
      int stages,
      int microbatches,
      List<? extends Set<Instruction>> fixed,
      double[] transferSeconds) {
    if (stages < 1
        || microbatches < 1
        || fixed.size() < stages
        || transferSeconds.length < stages - 1) {
      throw new IllegalArgumentException(
          "%s stages, %s microbatches, other instructions for %s stages, transfers after %s"
              .formatted(stages, microbatches, fixed.size(), transferSeconds.length));
    }
    List<List<Step>> steps = new ArrayList<>();
    for (int s = 0; s < stages; s++) {
      steps.add(withFixed(schedule.steps(s, stages, microbatches), fixed.get(s)));
    }
    return new Builder(steps).build(transferSeconds);
  }

  private static List<Step> withFixed(List<Step> computations, Set<Instruction> fixed) {
    List<Step> steps = new ArrayList<>();
    for (Step step : computations) {
      if (step.instruction().equals(FORWARD) && fixed.contains(LOAD)) {
        steps.add(new Step(LOAD, step.microbatch()));
      }
      steps.add(step);
    }
    for (Instruction last : List.of(REDUCE_GRADS, OPTIMIZER_STEP)) {
      if (fixed.contains(last)) {
        steps.add(new Step(last, Step.EVERY_MICROBATCH));
      }
    }
    return steps;
  }

  /** Number of stages. */
  public int stages() {
    return stages;
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

  /** Runs the stages' schedules against each other to number operations and to link them. */
  private static final class Builder {
    private final List<List<Step>> steps;
    private final List<Operation> operations = new ArrayList<>();
    private final List<int[]> predecessors = new ArrayList<>();
    private final Map<Operation, Integer> done = new HashMap<>();

    Builder(List<List<Step>> steps) {
      this.steps = steps;
    }

    IterationDag build(double[] transferSeconds) {
      int stages = steps.size();
      int[] next = new int[stages];
      int[] last = new int[stages];
      Arrays.fill(last, -1);
      int total = steps.stream().mapToInt(List::size).sum();
      while (operations.size() < total) {
        int before = operations.size();
        for (int s = 0; s < stages; s++) {
          while (next[s] < steps.get(s).size() && add(s, steps.get(s).get(next[s]), last[s])) {
            last[s] = operations.size() - 1;
            next[s]++;
          }
        }
        if (operations.size() == before) {
          throw new IllegalStateException("the schedule deadlocks after " + before + " operations");
        }
      }
      return new IterationDag(
          stages, operations, predecessors.toArray(int[][]::new), transferSeconds.clone());
    }

    private boolean add(int stage, Step step, int previous) {
      int neighbour = -1;
      int from = upstream(stage, step.instruction());
      if (from >= 0 && from < steps.size()) {
        Integer index = done.get(new Operation(-1, from, step.instruction(), step.microbatch()));
        if (index == null) {
          return false;
        }
        neighbour = index;
      }
      int index = operations.size();
      predecessors.add(
          Arrays.stream(new int[] {previous, neighbour}).filter(p -> p >= 0).toArray());
      operations.add(new Operation(index, stage, step.instruction(), step.microbatch()));
      done.put(new Operation(-1, stage, step.instruction(), step.microbatch()), index);
      return true;
    }

    /**
     * The stage whose result an instruction of {@code stage} needs; out of range where it needs
     * none.
     */
    private static int upstream(int stage, Instruction instruction) {
      if (instruction.equals(FORWARD)) {
        return stage - 1;
      }
      return instruction.equals(BACKWARD) ? stage + 1 : -1;
    }
  }
}
