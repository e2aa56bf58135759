package perseus.cli.pick;

import perseus.planfile.Goal;
import picocli.CommandLine.Option;

/**
 * Holds the flags of the goals by which users choose a plan. The class {@link PickGoalFlags} adds
 * one more goal. The user may give only one of the flags for goals.
 */
class GoalFlags {
  @Option(names = "--deadline", paramLabel = "S", description = "Minimum energy within S seconds.")
  Double deadline;

  @Option(
      names = "--slowdown",
      paramLabel = "X",
      description =
          "Minimum energy within X times the iteration time of all-max (all computations at the highest frequency),"
              + " such as 1.05.")
  Double slowdown;

  @Option(names = "--energy", paramLabel = "J", description = "Minimum time within J joules.")
  Double energy;

  @Option(
      names = "--power-cap",
      paramLabel = "W",
      description =
          "Minimum time with a mean power of at most W watts over all GPUs of the pipeline.")
  Double powerCap;

  @Option(names = "--min-energy", description = "Minimum energy without a straggler.")
  boolean minEnergy;

  @Option(names = "--min-edp", description = "Minimum product of energy and time.")
  boolean minEnergyDelay;

  /**
   * Returns the goal that belongs to the flag that the user gave.
   *
   * @throws perseus.io.UserError if the value of the flag is not allowed
   */
  Goal goal() {
    if (deadline != null) {
      return new Goal.Deadline(deadline);
    }
    if (slowdown != null) {
      return new Goal.Slowdown(slowdown);
    }
    if (energy != null) {
      return new Goal.EnergyBudget(energy);
    }
    if (powerCap != null) {
      return new Goal.PowerCap(powerCap);
    }
    return minEnergy ? new Goal.LeastEnergy() : new Goal.LeastEnergyDelay();
  }
}
