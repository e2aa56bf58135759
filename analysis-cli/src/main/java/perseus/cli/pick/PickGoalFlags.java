package perseus.cli.pick;

import perseus.planfile.Goal;
import picocli.CommandLine.Option;

/**
 * Adds the flag of one more goal: the plan of a pipeline that waits for a straggler (a slower
 * pipeline).
 */
final class PickGoalFlags extends GoalFlags {
  @Option(
      names = "--straggler",
      paramLabel = "R",
      description =
          "Minimum energy, including waiting, of a pipeline that waits for a straggler: a slower pipeline with R"
              + " times the iteration time of all-max. 'savings --straggler-rule best' uses the same rule.")
  Double straggler;

  @Override
  Goal goal() {
    return straggler == null ? super.goal() : new Goal.Straggler(straggler);
  }
}
