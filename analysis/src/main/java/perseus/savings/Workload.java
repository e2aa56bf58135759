package perseus.savings;

import java.util.List;
import perseus.io.UserError;

/**
 * A pipeline, what it takes with every operation at the highest frequency, and the policies that
 * ought to take less.
 *
 * <p>With the baseline's time T0 and energy E0 and the power W of all GPUs of the pipeline while
 * they wait:
 *
 * <ul>
 *   <li>without a straggler, a policy saves {@code 1 - E / E0} with its fastest plan;
 *   <li>with a straggler that takes r T0, the baseline costs {@code E0 + (r T0 - T0) W} and the
 *       policy the energy of the plan that the rule chooses plus {@code (r T0 - T) W};
 *   <li>in a fleet of D pipelines, one is the straggler and costs r times E0 or r times the energy
 *       of the policy's fastest plan, and D - 1 wait for it.
 * </ul>
 *
 * @param name what tables call it
 * @param origin where its figures come from
 * @param simulated whether energies come from simulated GPUs
 * @param baseline every operation at the highest frequency: T0 and E0
 * @param blockingWatts power of all GPUs of the pipeline while they wait, W
 * @param pipelines number of pipelines of the fleet, D; 1 for none
 * @param policies what is compared
 */
public record Workload(
    String name,
    Origin origin,
    boolean simulated,
    Iteration baseline,
    double blockingWatts,
    int pipelines,
    List<Policy> policies) {

  /** Where a workload's figures come from, which decides how the paper evaluates them. */
  public enum Origin {
    MEASURED(StragglerRule.SLOWEST),
    PLANNED(StragglerRule.LEAST_ENERGY);

    private final StragglerRule publishedRule;

    Origin(StragglerRule publishedRule) {
      this.publishedRule = publishedRule;
    }

    /** The rule by which the paper chooses plans for a straggler. */
    public StragglerRule publishedRule() {
      return publishedRule;
    }
  }

  /**
   * @throws UserError if a number makes no sense
   */
  public Workload {
    policies = List.copyOf(policies);
    if (!(blockingWatts >= 0) || Double.isInfinite(blockingWatts)) {
      throw new UserError("The blocking power is " + blockingWatts + " W, not a number from 0 up.");
    }
    if (pipelines < 1) {
      throw new UserError("A fleet has 1 pipeline or more, not " + pipelines + ".");
    }
  }

  /** Energy saved without a straggler, as a fraction of the baseline's. */
  public double reduction(Policy policy) {
    return 1 - policy.fastest().energyJoules() / baseline.energyJoules();
  }

  /** How much longer the fastest plan takes, as a fraction of the baseline's time. */
  public double slowdown(Policy policy) {
    return policy.fastest().timeSeconds() / baseline.timeSeconds() - 1;
  }

  /** Time of the plan of least energy over the baseline's, T* / T0. */
  public double leastEnergyTime(Policy policy) {
    return StragglerRule.LEAST_ENERGY
            .choose(policy, Double.POSITIVE_INFINITY, blockingWatts)
            .timeSeconds()
        / baseline.timeSeconds();
  }

  /** Energy that one waiting pipeline saves, as a fraction of what the baseline costs then. */
  public double reduction(Policy policy, double straggler, StragglerRule rule) {
    return 1 - waiting(chosen(policy, straggler, rule), straggler) / waiting(baseline, straggler);
  }

  /** Energy that all pipelines save, as a fraction of what the baseline costs then. */
  public double fleetReduction(Policy policy, double straggler, StragglerRule rule) {
    double others = pipelines - 1;
    double planned =
        others * waiting(chosen(policy, straggler, rule), straggler)
            + straggler * policy.fastest().energyJoules();
    double atMaximum = others * waiting(baseline, straggler) + straggler * baseline.energyJoules();
    return 1 - planned / atMaximum;
  }

  private Iteration chosen(Policy policy, double straggler, StragglerRule rule) {
    return rule.choose(policy, straggler * baseline.timeSeconds(), blockingWatts);
  }

  private double waiting(Iteration iteration, double straggler) {
    return iteration.energyUntil(straggler * baseline.timeSeconds(), blockingWatts);
  }
}
