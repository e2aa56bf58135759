package perseus.pipeline;

import static perseus.pipeline.Instruction.BACKWARD_INPUT;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.WEIGHT_BACKWARD;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import perseus.io.UserError;

/**
 * Implements the zero-bubble pipeline schedule ZB-H1, in which a backward is divided into two
 * instructions. The instruction {@code backward_input} computes the gradients of the inputs, and
 * {@code weight_backward} computes the gradients of the weights.
 *
 * <p>The previous stage needs only the gradients of the inputs. It does not wait for the gradients
 * of the weights. Forwards and {@code backward_input}s run in the order of {@link
 * OneForwardOneBackward}. Stage s runs the {@code weight_backward} of microbatch m directly after
 * the {@code backward_input} of microbatch m + s. The last s {@code weight_backward}s of stage s
 * run at the end of the iteration, where the stage would otherwise wait.
 *
 * <p>Let all instructions take equal times, and let the S stages run at least S microbatches. Then
 * each stage waits for the time of S - 1 instructions per iteration. Under 1F1B, a stage waits
 * three times as long. A stage holds the activations of at most S microbatches. Under 1F1B, stage 0
 * has the same limit. The schedule is from Qi et al., "Zero bubble pipeline parallelism", ICLR
 * 2024. PyTorch's {@code ScheduleInterleavedZeroBubble} with one stage per rank has the same order
 * as ZB-H1.
 */
public record ZeroBubble() implements PipelineSchedule {
  @Override
  public String name() {
    return "zb-h1";
  }

  @Override
  public String toString() {
    return name();
  }

  /**
   * {@inheritDoc}
   *
   * @throws UserError if the profile lacks one of the two parts of a backward
   */
  @Override
  public Schedule forInstructions(Set<Instruction> instructions) {
    for (Instruction part : List.of(BACKWARD_INPUT, WEIGHT_BACKWARD)) {
      if (!instructions.contains(part)) {
        throw new UserError(
            "The schedule %s needs rows for %s and %s, but the profile has none for %s; record a job whose backwards are divided, or choose a schedule with whole backwards, such as 1f1b."
                .formatted(name(), BACKWARD_INPUT, WEIGHT_BACKWARD, part));
      }
    }
    return this;
  }

  @Override
  public List<Step> rankSteps(int rank, int ranks, int microbatches) {
    int ahead = Math.min(ranks - 1 - rank, microbatches);
    List<Step> steps = new ArrayList<>(3 * microbatches);
    for (int m = 0; m < ahead; m++) {
      steps.add(new Step(rank, FORWARD, m));
    }
    for (int m = 0; m < microbatches; m++) {
      if (ahead + m < microbatches) {
        steps.add(new Step(rank, FORWARD, ahead + m));
      }
      steps.add(new Step(rank, BACKWARD_INPUT, m));
      if (m >= rank) {
        steps.add(new Step(rank, WEIGHT_BACKWARD, m - rank));
      }
    }
    for (int m = Math.max(0, microbatches - rank); m < microbatches; m++) {
      steps.add(new Step(rank, WEIGHT_BACKWARD, m));
    }
    return steps;
  }
}
