package perseus.chart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import perseus.chart.kind.TimelineChart.Box;
import perseus.pipeline.Instruction;

/** Simulates a 1F1B iteration. Tests draw the result as a timeline. */
final class OneForwardOneBackward {
  /** Holds, for each stage, the time in seconds and the power in watts of an instruction. */
  record Cost(double[] seconds, double[] watts) {}

  private final int stages;
  private final int microbatches;
  private final Cost forward;
  private final Cost backward;
  private final double[][] forwardEnd;
  private final double[][] backwardEnd;
  private final List<Box> boxes = new ArrayList<>();

  private OneForwardOneBackward(int stages, int microbatches, Cost forward, Cost backward) {
    this.stages = stages;
    this.microbatches = microbatches;
    this.forward = forward;
    this.backward = backward;
    this.forwardEnd = new double[stages][microbatches];
    this.backwardEnd = new double[stages][microbatches];
  }

  static List<Box> boxes(int stages, int microbatches, Cost forward, Cost backward) {
    return new OneForwardOneBackward(stages, microbatches, forward, backward).run();
  }

  static double makespan(List<Box> boxes) {
    return boxes.stream().mapToDouble(Box::endSeconds).max().orElseThrow();
  }

  private List<Box> run() {
    Arrays.stream(forwardEnd).forEach(row -> Arrays.fill(row, Double.NaN));
    Arrays.stream(backwardEnd).forEach(row -> Arrays.fill(row, Double.NaN));
    int[] done = new int[stages];
    double[] free = new double[stages];
    boolean progress = true;
    while (progress) {
      progress = false;
      for (int stage = 0; stage < stages; stage++) {
        while (done[stage] < 2 * microbatches && step(stage, done[stage], free)) {
          done[stage]++;
          progress = true;
        }
      }
    }
    return boxes;
  }

  /**
   * Executes the next instruction of a stage if its input is ready. Returns whether the input was
   * ready.
   */
  private boolean step(int stage, int position, double[] free) {
    int warmUp = Math.min(stages - stage, microbatches);
    int steady = position - warmUp;
    boolean isForward;
    int microbatch;
    if (position < warmUp) {
      isForward = true;
      microbatch = position;
    } else if (steady < 2 * (microbatches - warmUp)) {
      isForward = steady % 2 == 1;
      microbatch = isForward ? warmUp + steady / 2 : steady / 2;
    } else {
      isForward = false;
      microbatch = position - microbatches;
    }
    double ready;
    if (isForward) {
      ready = stage == 0 ? 0 : forwardEnd[stage - 1][microbatch];
    } else {
      ready =
          stage == stages - 1 ? forwardEnd[stage][microbatch] : backwardEnd[stage + 1][microbatch];
    }
    if (Double.isNaN(ready)) {
      return false;
    }
    Cost cost = isForward ? forward : backward;
    double start = Math.max(ready, free[stage]);
    double end = start + cost.seconds()[stage];
    free[stage] = end;
    (isForward ? forwardEnd : backwardEnd)[stage][microbatch] = end;
    boxes.add(
        new Box(
            stage,
            isForward ? Instruction.FORWARD : Instruction.BACKWARD,
            microbatch,
            start,
            end,
            cost.watts()[stage],
            stage == stages - 1));
    return true;
  }
}
