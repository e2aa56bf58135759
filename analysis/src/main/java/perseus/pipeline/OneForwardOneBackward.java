package perseus.pipeline;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.RECOMPUTATION;

import java.util.ArrayList;
import java.util.List;

/**
 * 1F1B: stage s of S stages runs S - 1 - s forwards ahead, then one forward and one backward
 * alternately, then the remaining backwards.
 *
 * <p>With equal stages, an iteration takes as long as under {@link GPipe}, but stage s holds the
 * activations of at most S - s microbatches. Source: Narayanan et al., PipeDream: Generalized
 * Pipeline Parallelism for DNN Training, SOSP 2019; here with a flush at the end of every
 * iteration.
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
   * The computations of one stage in their order.
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
