package perseus.pipeline;

import java.util.List;

/**
 * Orders the computations of each stage by 1F1B with early recomputation. Before each backward, a
 * separate instruction recomputes the activations of the microbatch. The recomputation may run
 * while the gradient is still in transfer. The last stage does not recompute, because its backward
 * follows its forward immediately.
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
