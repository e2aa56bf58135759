package perseus.pipeline;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.LOAD;
import static perseus.pipeline.Instruction.OPTIMIZER_STEP;
import static perseus.pipeline.Instruction.REDUCE_GRADS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import perseus.io.UserError;

/**
 * Runs the orders of lanes against each other to number operations and to link them: forward (s, m)
 * precedes forward (s + 1, m), or the load before it, and backward (s + 1, m) precedes backward (s,
 * m).
 */
final class DagBuilder {
  /** Far more than any job has, and few enough for memory. */
  private static final int MOST_COMPUTATIONS = 2_000_000;

  private final int stages;
  private final List<List<Step>> lanes = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();
  private final List<Integer> laneOf = new ArrayList<>();
  private final List<int[]> predecessors = new ArrayList<>();
  private final Map<Step, Integer> done = new HashMap<>();

  /**
   * @throws UserError if there are more operations than can be planned
   */
  DagBuilder(int stages, int microbatches) {
    if (2L * stages * microbatches > MOST_COMPUTATIONS) {
      throw new UserError(
          "An iteration of %d stages x %d microbatches has %d forwards and backwards, but at most %d can be planned."
              .formatted(stages, microbatches, 2L * stages * microbatches, MOST_COMPUTATIONS));
    }
    this.stages = stages;
  }

  /**
   * Adds a lane, which executes one step at a time.
   *
   * @param computations the lane's order
   * @param fixed per stage, what else it runs: see {@link Schedule#dag}
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
  }

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
        throw new IllegalStateException("the schedule deadlocks after " + before + " operations");
      }
    }
    return new IterationDag(
        stages,
        operations,
        laneOf.stream().mapToInt(Integer::intValue).toArray(),
        predecessors.toArray(int[][]::new),
        transferSeconds);
  }

  private boolean add(int lane, Step next, int previous) {
    int neighbour = -1;
    Step upstream = upstream(next, previous);
    if (upstream != null) {
      Integer index = done.get(upstream);
      if (index == null) {
        return false;
      }
      neighbour = index;
    }
    int index = operations.size();
    int[] both = {previous, neighbour == previous ? -1 : neighbour};
    predecessors.add(Arrays.stream(both).filter(p -> p >= 0).toArray());
    operations.add(new Operation(index, next.stage(), next.instruction(), next.microbatch()));
    laneOf.add(lane);
    done.put(next, index);
    return true;
  }

  /**
   * The neighbour's step whose result a step waits for; null where it waits for none. A stage
   * receives before it loads, so that the load waits for the activation and the forward for the
   * load.
   */
  private Step upstream(Step next, int previous) {
    Instruction instruction = next.instruction();
    if (instruction.equals(BACKWARD)) {
      return next.stage() + 1 < stages
          ? new Step(next.stage() + 1, instruction, next.microbatch())
          : null;
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
}
