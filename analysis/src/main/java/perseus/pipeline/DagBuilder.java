package perseus.pipeline;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.BACKWARD_INPUT;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.FORWARD_BACKWARD;
import static perseus.pipeline.Instruction.LOAD;
import static perseus.pipeline.Instruction.OPTIMIZER_STEP;
import static perseus.pipeline.Instruction.REDUCE_GRADS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import perseus.io.UserError;

/**
 * Builds the DAG (directed acyclic graph) of an iteration's operations from the execution order of
 * each rank.
 *
 * <p>Problem: number the operations of an iteration so that each operation has a higher number than
 * its predecessors, and list the predecessors. An operation waits for the previous operation on its
 * rank. The forward of a microbatch on stage s also waits for the forward of the same microbatch on
 * stage s - 1. If stage s loads data before the forward, the load waits for stage s - 1 instead of
 * the forward. The backward of a microbatch on stage s also waits for the backward of the same
 * microbatch on stage s + 1. If a backward is divided into two instructions, only the gradients of
 * the inputs depend on stage s + 1.
 *
 * <p>Method: visit all ranks one after the other, several times. On each rank, give numbers to the
 * next operations until an operation waits for an operation without a number. If no operation gets
 * a number while all ranks are visited once, the ranks deadlock.
 *
 * <p>Complexity: building takes an expected time of O(operations + passes * ranks), where one pass
 * visits every rank. Limits: the builder refuses an iteration with more than 2,000,000 forwards and
 * backwards.
 */
final class DagBuilder {
  /**
   * Maximum number of forwards and backwards in an iteration, which limits the memory for the DAG.
   */
  private static final int MAX_COMPUTATIONS = 2_000_000;

  private final int stages;
  private final List<List<Step>> lanes = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();
  private final List<Integer> laneOfOperation = new ArrayList<>();
  private final List<int[]> predecessors = new ArrayList<>();
  private final Map<Step, Integer> indexOf = new HashMap<>();
  private final Set<Step> all = new HashSet<>();

  /**
   * Creates a builder, to which the caller must add the operations of each rank before {@link
   * #build}.
   *
   * @throws UserError if the iteration has more than {@link #MAX_COMPUTATIONS} forwards and
   *     backwards
   */
  DagBuilder(int stages, int microbatches) {
    if (2L * stages * microbatches > MAX_COMPUTATIONS) {
      throw new UserError(
          "An iteration of %d stages x %d microbatches has %d forwards and backwards, but at most %d can be planned."
              .formatted(stages, microbatches, 2L * stages * microbatches, MAX_COMPUTATIONS));
    }
    this.stages = stages;
  }

  /**
   * Adds the operations of one rank.
   *
   * @param computations forwards, backwards and recomputations of the rank, in execution order
   * @param fixed for each stage, its instructions that are not computations, such as load; see
   *     {@link Schedule#dag}
   */
  void addLane(List<Step> computations, List<? extends Set<Instruction>> fixed) {
    List<Step> steps = new ArrayList<>();
    TreeSet<Integer> stagesOfLane = new TreeSet<>();
    for (Step next : computations) {
      stagesOfLane.add(next.stage());
      if (next.instruction().equals(FORWARD) && fixed.get(next.stage()).contains(LOAD)) {
        steps.add(new Step(next.stage(), LOAD, next.microbatch()));
      }
      steps.add(next);
    }
    for (Instruction last : List.of(REDUCE_GRADS, OPTIMIZER_STEP)) {
      for (int stage : stagesOfLane) {
        if (fixed.get(stage).contains(last)) {
          steps.add(new Step(stage, last, Step.EVERY_MICROBATCH));
        }
      }
    }
    lanes.add(steps);
    all.addAll(steps);
  }

  /**
   * Builds the DAG of the iteration from the operations that the caller added.
   *
   * @param transferSeconds for each stage except the last, the time in seconds of a transfer
   *     between this stage and the next stage
   * @throws IllegalStateException if the ranks deadlock, so that some operations can never start
   */
  IterationDag build(double[] transferSeconds) {
    int[] next = new int[lanes.size()];
    int[] last = new int[lanes.size()];
    Arrays.fill(last, -1);
    int total = lanes.stream().mapToInt(List::size).sum();
    while (operations.size() < total) {
      int before = operations.size();
      for (int lane = 0; lane < next.length; lane++) {
        List<Step> steps = lanes.get(lane);
        while (next[lane] < steps.size() && add(lane, steps.get(next[lane]), last[lane])) {
          last[lane] = operations.size() - 1;
          next[lane]++;
        }
      }
      if (operations.size() == before) {
        throw new IllegalStateException(
            "The schedule deadlocks after " + before + " of " + total + " operations.");
      }
    }
    return new IterationDag(
        stages,
        operations,
        laneOfOperation.stream().mapToInt(Integer::intValue).toArray(),
        predecessors.toArray(int[][]::new),
        transferSeconds,
        Map.of());
  }

  /**
   * Gives an operation the next number in the topological order. Returns false if the operation
   * waits for an operation that has no number yet.
   */
  private boolean add(int lane, Step next, int previous) {
    int neighbour = -1;
    Step upstream = upstream(next, previous);
    if (upstream != null) {
      Integer index = indexOf.get(upstream);
      if (index == null) {
        return false;
      }
      neighbour = index;
    }
    int index = operations.size();
    int[] both = {previous, neighbour == previous ? -1 : neighbour};
    predecessors.add(Arrays.stream(both).filter(p -> p >= 0).toArray());
    operations.add(new Operation(index, next.stage(), next.instruction(), next.microbatch()));
    laneOfOperation.add(lane);
    indexOf.put(next, index);
    return true;
  }

  /**
   * Returns the operation of a neighbouring stage for which the operation {@code next} waits, or
   * null. A load waits for the forward of the previous stage, and the forward after a load waits
   * only for the load.
   */
  private Step upstream(Step next, int previous) {
    Instruction instruction = next.instruction();
    if (instruction.equals(BACKWARD)
        || instruction.equals(BACKWARD_INPUT)
        || instruction.equals(FORWARD_BACKWARD)) {
      return next.stage() + 1 < stages ? backwardOf(next.stage() + 1, next.microbatch()) : null;
    }
    boolean loaded =
        previous >= 0
            && operations.get(previous).instruction().equals(LOAD)
            && operations.get(previous).stage() == next.stage();
    if (next.stage() == 0
        || !(instruction.equals(LOAD) || instruction.equals(FORWARD) && !loaded)) {
      return null;
    }
    return new Step(next.stage() - 1, FORWARD, next.microbatch());
  }

  /** Returns the computation of a stage that produces the gradient for the previous stage. */
  private Step backwardOf(int stage, int microbatch) {
    for (Instruction special : List.of(BACKWARD_INPUT, FORWARD_BACKWARD)) {
      Step step = new Step(stage, special, microbatch);
      if (all.contains(step)) {
        return step;
      }
    }
    return new Step(stage, BACKWARD, microbatch);
  }
}
