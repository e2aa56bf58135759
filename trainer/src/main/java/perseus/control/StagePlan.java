package perseus.control;

import java.util.List;
import perseus.plan.FrequencyPlan;

/**
 * A plan to replay.
 *
 * @param name what the run calls it, such as its file's name
 * @param stages per stage: a clock in MHz for each forward and backward, in the order in which the
 *     stage executes them
 */
public record StagePlan(String name, List<List<Integer>> stages) {
  /** A plan as a file has it. */
  public static StagePlan of(String name, FrequencyPlan plan) {
    return new StagePlan(name, plan.frequenciesMhz());
  }
}
