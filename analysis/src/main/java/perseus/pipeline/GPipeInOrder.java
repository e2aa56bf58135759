package perseus.pipeline;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;

import java.util.ArrayList;
import java.util.List;

/**
 * Implements GPipe with the backwards in the order of the microbatches: every stage first runs all
 * forwards, and then all backwards, both from the first microbatch to the last.
 *
 * <p>{@link GPipe} runs the backwards in reverse order. In both orders, an iteration takes equally
 * long if all stages take equal times. PyTorch's {@code ScheduleGPipe} (package {@code
 * torch.distributed.pipelining}) runs the order of this class.
 */
public record GPipeInOrder() implements PipelineSchedule {
  @Override
  public String name() {
    return "gpipe_in_order";
  }

  @Override
  public String toString() {
    return name();
  }

  @Override
  public List<Step> rankSteps(int rank, int ranks, int microbatches) {
    List<Step> steps = new ArrayList<>(2 * microbatches);
    for (Instruction instruction : List.of(FORWARD, BACKWARD)) {
      for (int m = 0; m < microbatches; m++) {
        steps.add(new Step(rank, instruction, m));
      }
    }
    return steps;
  }
}
