package perseus.savings;

import java.util.List;
import perseus.io.UserError;

/**
 * A pipeline with its baseline and the policies that are compared with it.
 *
 * <p>The baseline runs every operation at the highest frequency and takes time T0 and energy E0. W
 * is the power of all GPUs of the pipeline together while they wait. T and E are the time and
 * energy of a plan.
 *
 * <ul>
 *   <li>Without a straggler, a policy runs its fastest plan and saves {@code 1 - E / E0}.
 *   <li>With a straggler of degree r, which takes r T0, the baseline needs {@code E0 + (r T0 - T0)
 *       W}. The policy runs the plan that a {@link StragglerRule} chooses and needs {@code E + (r
 *       T0 - T) W}.
 *   <li>In a fleet of D pipelines, one is the straggler and D - 1 wait for it. The straggler needs
 *       {@code r E0} with the baseline, and {@code r E} of the fastest plan with a policy.
 * </ul>
 *
 * @param name name in tables
 * @param origin whether the figures were measured or planned
 * @param simulated whether energies come from simulated GPUs
 * @param baseline the baseline's iteration: T0 and E0
 * @param blockingWatts power of all GPUs of the pipeline together while they wait, in watts: W
 * @param pipelines number of pipelines of the fleet: D; 1 for no fleet
 * @param policies policies to compare
 */
public record Workload(
    String name,
    Origin origin,
    boolean simulated,
    Iteration baseline,
    double blockingWatts,
    int pipelines,
    List<Policy> policies) {

  /** The origin of a workload's figures, for which the paper uses different rules. */
  public enum Origin {
    /** Measured on GPUs. */
    MEASURED(StragglerRule.SLOWEST),

    /** Predicted by a planner. */
    PLANNED(StragglerRule.LEAST_ENERGY);

    private final StragglerRule publishedRule;

    Origin(StragglerRule publishedRule) {
      this.publishedRule = publishedRule;
    }

    /** Returns the rule by which the paper chooses plans for a straggler. */
    public StragglerRule publishedRule() {
      return publishedRule;
    }
  }

  /**
   * @throws UserError if the blocking power is negative or not finite, or there is no pipeline
   */
  public Workload {
    policies = List.copyOf(policies);
    if (!(blockingWatts >= 0) || Double.isInfinite(blockingWatts)) {
      throw new UserError("The blocking power is " + blockingWatts + " W; it must be at least 0.");
    }
    if (pipelines < 1) {
      throw new UserError("A fleet needs at least 1 pipeline, not " + pipelines + ".");
    }
  }

  /** Returns the energy saved without a straggler, as a fraction of the baseline's energy. */
  public double reduction(Policy policy) {
    return 1 - policy.fastest().energyJoules() / baseline.energyJoules();
  }

  /** Returns T / T0 - 1 of the fastest plan: its additional time as a fraction of T0. */
  public double slowdown(Policy policy) {
    return policy.fastest().timeSeconds() / baseline.timeSeconds() - 1;
  }

  /** Returns T* / T0: the time of the plan of minimum energy divided by the baseline's time. */
  public double leastEnergyTime(Policy policy) {
    return StragglerRule.LEAST_ENERGY
            .choose(policy, Double.POSITIVE_INFINITY, blockingWatts)
            .timeSeconds()
        / baseline.timeSeconds();
  }

  /**
   * Returns the energy that a pipeline saves while it waits for a straggler, as a fraction of the
   * baseline's energy until the same end.
   *
   * @param straggler degree of the straggler
   */
  public double reduction(Policy policy, double straggler, StragglerRule rule) {
    return 1 - waiting(chosen(policy, straggler, rule), straggler) / waiting(baseline, straggler);
  }

  /**
   * Returns the energy that all pipelines of the fleet save, as a fraction of their energy with the
   * baseline.
   *
   * @param straggler degree of the straggler
   */
  public double fleetReduction(Policy policy, double straggler, StragglerRule rule) {
    double others = pipelines - 1;
    double withPolicy =
        others * waiting(chosen(policy, straggler, rule), straggler)
            + straggler * policy.fastest().energyJoules();
    double withBaseline =
        others * waiting(baseline, straggler) + straggler * baseline.energyJoules();
    return 1 - withPolicy / withBaseline;
  }

  private Iteration chosen(Policy policy, double straggler, StragglerRule rule) {
    return rule.choose(policy, straggler * baseline.timeSeconds(), blockingWatts);
  }

  /** Returns the energy of an iteration and of waiting until the end of the straggler's. */
  private double waiting(Iteration iteration, double straggler) {
    return iteration.energyUntil(straggler * baseline.timeSeconds(), blockingWatts);
  }
}
