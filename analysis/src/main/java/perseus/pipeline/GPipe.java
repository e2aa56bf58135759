package perseus.pipeline;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;

import java.util.ArrayList;
import java.util.List;

/**
 * GPipe (Huang et al., NeurIPS 2019): every stage runs all forwards, then all backwards in reverse
 * order of the microbatches.
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
