package perseus.pipeline;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.RECOMPUTATION;

import java.util.ArrayList;
import java.util.List;

/**
 * Implements the pipeline schedule 1F1B: after a few forwards, every stage alternates one forward
 * and one backward. Stage s of S stages starts an iteration with S - 1 - s forwards, and ends it
 * with the same number of backwards.
 *
 * <p>If all stages take equal times, an iteration under 1F1B takes as long as under {@link GPipe}.
 * Stage s of S stages under 1F1B never holds the activations of more than S - s microbatches. The
 * schedule is from Narayanan et al., "PipeDream: generalized pipeline parallelism for DNN
 * training", SOSP 2019. In contrast to the schedule of PipeDream, the pipeline is emptied (flushed)
 * at the end of every iteration.
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
   * Returns the forwards, recomputations and backwards of one stage in execution order.
   *
   * @param recompute whether a recomputation of the activations precedes every backward
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
