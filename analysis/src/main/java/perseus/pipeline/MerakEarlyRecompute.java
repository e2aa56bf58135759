package perseus.pipeline;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.FORWARD_BACKWARD;
import static perseus.pipeline.Instruction.RECOMPUTATION;

import java.util.ArrayList;
import java.util.List;

/**
 * Implements the early recomputation of Merak, a form of 1F1B. A recomputation is a separate
 * instruction only where it can run before the gradient arrives.
 *
 * <p>If a stage runs a forward directly before a backward, the recomputation and the backward are
 * one instruction, {@code forward_backward}. The instruction {@code forward_backward} starts after
 * the arrival of the gradient. On stage s of S stages, only the last S - 1 - s microbatches of an
 * iteration have a separate recomputation. All earlier microbatches use {@code forward_backward}.
 * The schedule is from Lai et al., "Merak: an efficient distributed DNN training framework with
 * automated 3D parallelism for giant foundation models", IEEE TPDS 2023.
 *
 * <p>If a profile has rows for {@code forward_backward}, {@link EarlyRecompute} uses this class.
 */
public record MerakEarlyRecompute() implements PipelineSchedule {
  @Override
  public String name() {
    return "early_recompute_merak";
  }

  @Override
  public String toString() {
    return name();
  }

  @Override
  public List<Step> rankSteps(int rank, int ranks, int microbatches) {
    int ahead = Math.min(ranks - 1 - rank, microbatches);
    List<Step> steps = new ArrayList<>(2 * microbatches + ahead);
    for (int m = 0; m < ahead; m++) {
      steps.add(new Step(rank, FORWARD, m));
    }
    for (int m = 0; m < microbatches; m++) {
      if (ahead + m < microbatches) {
        steps.add(new Step(rank, FORWARD, ahead + m));
        steps.add(new Step(rank, FORWARD_BACKWARD, m));
      } else {
        steps.add(new Step(rank, RECOMPUTATION, m));
        steps.add(new Step(rank, BACKWARD, m));
      }
    }
    return steps;
  }
}
