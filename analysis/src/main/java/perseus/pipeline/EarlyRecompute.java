package perseus.pipeline;

import java.util.List;
import java.util.Set;

/**
 * Implements one pipeline schedule: 1F1B (one forward, one backward) with a separate recomputation
 * of the activations before each backward. The recomputation of a microbatch may run while the
 * gradient for its backward is still being transferred from the next stage. The last stage does not
 * recompute activations, because it runs each backward immediately after the forward of the same
 * microbatch.
 */
public record EarlyRecompute() implements PipelineSchedule {
  @Override
  public String name() {
    return "early_recompute_1f1b";
  }

  /**
   * Returns the schedule of Merak ({@link MerakEarlyRecompute}) if the profile has rows for the
   * instruction forward_backward, else this schedule.
   */
  @Override
  public Schedule forInstructions(Set<Instruction> instructions) {
    return instructions.contains(Instruction.FORWARD_BACKWARD)
        ? Schedules.MERAK_EARLY_RECOMPUTE
        : this;
  }

  @Override
  public String toString() {
    return name();
  }

  @Override
  public List<Step> rankSteps(int rank, int ranks, int microbatches) {
    return OneForwardOneBackward.steps(rank, ranks, microbatches, rank < ranks - 1);
  }
}
