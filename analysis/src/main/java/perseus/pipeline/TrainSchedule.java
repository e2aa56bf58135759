package perseus.pipeline;

import static perseus.recording.Instruction.BACKWARD;
import static perseus.recording.Instruction.FORWARD;
import static perseus.recording.Instruction.RECOMPUTATION;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import perseus.recording.InputException;
import perseus.recording.Instruction;

/**
 * In which order a stage runs the computations of an iteration: a synchronous pipeline schedule.
 */
public enum TrainSchedule implements PipelineSchedule {
  /**
   * One forward, one backward: a stage runs as many forwards ahead as there are stages after it,
   * then alternates, so that it holds the activations of few microbatches.
   */
  ONE_F_ONE_B("1f1b") {
    @Override
    public List<Step> steps(int stage, int stages, int microbatches) {
      return oneForwardOneBackward(stage, stages, microbatches, false);
    }
  },

  /** All forwards, then all backwards in reverse order. */
  GPIPE("gpipe") {
    @Override
    public List<Step> steps(int stage, int stages, int microbatches) {
      List<Step> steps = new ArrayList<>(2 * microbatches);
      for (int m = 0; m < microbatches; m++) {
        steps.add(new Step(FORWARD, m));
      }
      for (int m = microbatches - 1; m >= 0; m--) {
        steps.add(new Step(BACKWARD, m));
      }
      return steps;
    }
  },

  /**
   * 1F1B in which a stage recomputes a microbatch's activations as an instruction of its own before
   * the backward, while the gradient may still be on its way. The last stage needs none: its
   * backward follows its forward.
   */
  EARLY_RECOMPUTE_1F1B("early_recompute_1f1b") {
    @Override
    public List<Step> steps(int stage, int stages, int microbatches) {
      return oneForwardOneBackward(stage, stages, microbatches, stage < stages - 1);
    }
  };

  private final String flag;

  TrainSchedule(String flag) {
    this.flag = flag;
  }

  @Override
  public String flag() {
    return flag;
  }

  @Override
  public String toString() {
    return flag;
  }

  @Override
  public IterationDag dag(
      int stages,
      int microbatches,
      List<? extends Set<Instruction>> fixed,
      double[] transferSeconds) {
    return IterationDag.of(this, stages, microbatches, fixed, transferSeconds);
  }

  @Override
  public int virtualStages() {
    return 1;
  }

  @Override
  public void requireFits(int ranks, int microbatches) {
    // Any number of microbatches does.
  }

  @Override
  public List<StageStep> rankSteps(int rank, int ranks, int microbatches) {
    return steps(rank, ranks, microbatches).stream()
        .map(step -> new StageStep(rank, step))
        .toList();
  }

  /**
   * The computations of one stage in the order in which it executes them.
   *
   * @param stage from 0
   * @param stages number of stages
   * @param microbatches number of microbatches in an iteration
   */
  public abstract List<Step> steps(int stage, int stages, int microbatches);

  /**
   * The schedule that a flag names.
   *
   * @throws InputException if there is none of that name
   */
  public static TrainSchedule of(String flag) {
    return Arrays.stream(values())
        .filter(schedule -> schedule.flag.equalsIgnoreCase(flag))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "Unknown schedule '%s'; there are %s."
                        .formatted(
                            flag,
                            Arrays.stream(values())
                                .map(TrainSchedule::flag)
                                .collect(Collectors.joining(", ")))));
  }

  private static List<Step> oneForwardOneBackward(
      int stage, int stages, int microbatches, boolean recompute) {
    int ahead = Math.min(stages - 1 - stage, microbatches);
    List<Step> steps = new ArrayList<>((recompute ? 3 : 2) * microbatches);
    for (int m = 0; m < ahead; m++) {
      steps.add(new Step(FORWARD, m));
    }
    for (int m = 0; m < microbatches; m++) {
      if (ahead + m < microbatches) {
        steps.add(new Step(FORWARD, ahead + m));
      }
      if (recompute) {
        steps.add(new Step(RECOMPUTATION, m));
      }
      steps.add(new Step(BACKWARD, m));
    }
    return steps;
  }
}
