package org.example.perseus;

import java.util.ArrayList;
import java.util.List;
import perseus.pipeline.Instruction;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Step;

/**
 * Runs the microbatches in groups. A rank runs all forwards and then all backwards of one group, so
 * that only one group of activations is in memory. A group has as many microbatches as the pipeline
 * has ranks.
 */
public final class GroupedSchedule implements PipelineSchedule {
  @Override
  public String name() {
    return "grouped";
  }

  @Override
  public List<Step> rankSteps(int rank, int ranks, int microbatches) {
    List<Step> steps = new ArrayList<>(2 * microbatches);
    for (int first = 0; first < microbatches; first += ranks) {
      int end = Math.min(microbatches, first + ranks);
      for (int m = first; m < end; m++) {
        steps.add(new Step(rank, Instruction.FORWARD, m));
      }
      for (int m = first; m < end; m++) {
        steps.add(new Step(rank, Instruction.BACKWARD, m));
      }
    }
    return steps;
  }
}
