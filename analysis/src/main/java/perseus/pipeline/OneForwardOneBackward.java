package perseus.pipeline;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.RECOMPUTATION;

import java.util.ArrayList;
import java.util.List;

/**
 * Implements one pipeline schedule, 1F1B: after a few forwards, every stage alternates one forward
 * and one backward. Stage s of S stages starts with S - 1 - s forwards. Then the stage alternates
 * one forward and one backward. Finally the stage runs the remaining backwards.
 *
 * <p>If all stages take equal times, an iteration takes as long as with {@link GPipe}. However,
 * stage s never holds the activations of more than S - s microbatches. Source: Narayanan et al.,
 * PipeDream: Generalized Pipeline Parallelism for DNN Training, SOSP 2019. In contrast to
 * PipeDream, the pipeline is emptied (flushed) at the end of every iteration.
 */
public record OneForwardOneBackward() implements PipelineSchedule {
  @Override
  public String name() {
    return "1f1b";
  }

  @Override
  public String toString() {
    return name();
  }

  @Override
  public List<Step> rankSteps(int rank, int ranks, int microbatches) {
    return steps(rank, ranks, microbatches, false);
  }

  /**
   * Returns the computations of one stage in execution order.
   *
   * @param recompute whether a recomputation precedes every backward
   */
  static List<Step> steps(int stage, int stages, int microbatches, boolean recompute) {
    int ahead = Math.min(stages - 1 - stage, microbatches);
    List<Step> steps = new ArrayList<>((recompute ? 3 : 2) * microbatches);
    for (int m = 0; m < ahead; m++) {
      steps.add(new Step(stage, FORWARD, m));
    }
    for (int m = 0; m < microbatches; m++) {
      if (ahead + m < microbatches) {
        steps.add(new Step(stage, FORWARD, ahead + m));
      }
      if (recompute) {
        steps.add(new Step(stage, RECOMPUTATION, m));
      }
      steps.add(new Step(stage, BACKWARD, m));
    }
    return steps;
  }
}
