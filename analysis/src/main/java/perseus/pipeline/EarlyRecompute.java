package perseus.pipeline;

import java.util.List;

/**
 * 1F1B with early recomputation. Before each backward, a stage recomputes the activations of the
 * microbatch in a separate instruction, which may run while the gradient is still in transfer. The
 * last stage does not recompute, because its backward follows its forward immediately.
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
