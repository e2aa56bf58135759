package perseus.pipeline;

import java.util.List;

/**
 * 1F1B with early recomputation: a stage recomputes a microbatch's activations in an instruction of
 * its own before each backward, while the gradient may still be in transfer. The last stage does
 * not recompute, because its backward follows its forward at once.
 */
public record EarlyRecompute() implements PipelineSchedule {
  @Override
  public String name() {
    return "early_recompute_1f1b";
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
