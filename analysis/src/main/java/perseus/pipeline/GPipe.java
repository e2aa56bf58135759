package perseus.pipeline;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;

import java.util.ArrayList;
import java.util.List;

/**
 * Implements the pipeline schedule GPipe: every stage first runs all forwards, and then all
 * backwards. The backwards run in reverse order of the microbatches.
 *
 * <p>With S stages and M microbatches, an iteration takes the time (M + S - 1) (f + b), if every
 * forward takes the time f and every backward takes the time b. After its last forward, a stage
 * holds the activations of all microbatches of the iteration. The schedule is from Huang et al.,
 * "GPipe: efficient training of giant neural networks using pipeline parallelism", NeurIPS 2019.
 */
public record GPipe() implements PipelineSchedule {
  @Override
  public String name() {
    return "gpipe";
  }

  @Override
  public String toString() {
    return name();
  }

  @Override
  public List<Step> rankSteps(int rank, int ranks, int microbatches) {
    List<Step> steps = new ArrayList<>(2 * microbatches);
    for (int m = 0; m < microbatches; m++) {
      steps.add(new Step(rank, FORWARD, m));
    }
    for (int m = microbatches - 1; m >= 0; m--) {
      steps.add(new Step(rank, BACKWARD, m));
    }
    return steps;
  }
}
