package perseus.pipeline;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;

import java.util.ArrayList;
import java.util.List;

/**
 * Implements the pipeline schedule GPipe: every stage first runs all forwards, and then all
 * backwards.
 *
 * <p>With S equal stages and M microbatches, the iteration time is (M + S - 1) (f + b). Here, f is
 * the time of a forward, and b is the time of a backward. The order of the backwards does not
 * change the iteration time. After its last forward, a stage holds the activations of all
 * microbatches of the iteration. The schedule is from Huang et al., "GPipe: efficient training of
 * giant neural networks using pipeline parallelism", NeurIPS 2019. In the publication of GPipe, the
 * backwards run in reverse order.
 *
 * @param inOrder whether the backwards run in the order of the microbatches, as in PyTorch's {@code
 *     ScheduleGPipe}, and not in reverse order
 */
public record GPipe(boolean inOrder) implements PipelineSchedule {
  @Override
  public String name() {
    return inOrder ? "gpipe_in_order" : "gpipe";
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
    for (int m = 0; m < microbatches; m++) {
      steps.add(new Step(rank, BACKWARD, inOrder ? m : microbatches - 1 - m));
    }
    return steps;
  }
}
