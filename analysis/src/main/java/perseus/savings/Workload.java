package perseus.savings;

import java.util.List;
import perseus.io.UserError;

/**
 * Holds the measured or planned iterations of one pipeline. This class also computes how much
 * energy each policy (method that chooses frequencies) saves compared to a baseline.
 *
 * <p>A policy is a method that chooses GPU frequencies. The baseline is an iteration with every
 * operation at the highest frequency.
 *
 * <ul>
 *   <li>Without a straggler, the policy runs its fastest plan. Without a straggler, the saved
 *       fraction is 1 minus the energy of the fastest plan divided by the energy of the baseline.
 *   <li>A straggler is another pipeline, whose iterations take longer than the iterations of the
 *       baseline. The degree of a straggler is its iteration time divided by the iteration time of
 *       the baseline. A pipeline that waits for a straggler runs the plan of its policy that a
 *       {@link StragglerRule} chooses. The energy of a pipeline that waits for a straggler includes
 *       the energy that the pipeline uses while it waits. While a pipeline waits, its energy is the
 *       product of blocking power (power of waiting GPUs) and waiting time.
 *       <p>In a fleet, one pipeline is the straggler, and all other pipelines wait for the
 *       straggler. The straggler runs the baseline, or the fastest plan of a policy. The energy of
 *       the straggler is the energy of the baseline or fastest plan, multiplied by the straggler's
 *       degree.
 * </ul>
 *
 * @param name name of the workload in tables
 * @param origin whether the times and energies of the iterations were measured or planned
 * @param simulated whether the energies of the iterations come from simulated GPUs
 * @param baseline iteration with every operation at the highest frequency.
 * @param blockingWatts power in watts of all GPUs of the pipeline together while they wait
 * @param pipelines number of pipelines of the fleet that train together; the value 1 means that
 *     there is no fleet
 * @param policies policies (methods that choose frequencies) to compare with the baseline
 */
public record Workload(
    String name,
    Origin origin,
    boolean simulated,
    Iteration baseline,
    double blockingWatts,
    int pipelines,
    List<Policy> policies) {

  /**
   * Says whether the times and energies of a workload were measured or planned. The Perseus paper
   * uses one rule of {@link StragglerRule} for measured workloads, and another rule for planned
   * workloads.
   */
  public enum Origin {
    /** Means that the times and energies of the workload were measured on GPUs. */
    MEASURED(StragglerRule.SLOWEST),

    /** Means that a planner predicted the times and energies of the workload. */
    PLANNED(StragglerRule.LEAST_ENERGY);

    private final StragglerRule publishedRule;

    Origin(StragglerRule publishedRule) {
      this.publishedRule = publishedRule;
    }

    /**
     * Returns the rule by which the Perseus paper chooses the plan of a pipeline that waits for a
     * straggler (a slower pipeline).
     */
    public StragglerRule publishedRule() {
      return publishedRule;
    }
  }

  /**
   * @throws UserError if the blocking power (power of GPUs that wait) is negative or not finite, or
   *     if the number of pipelines is below 1
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

  /**
   * Returns the fraction of the baseline's energy that a policy saves if there is no straggler
   * (slower pipeline).
   */
  public double reduction(Policy policy) {
    return 1 - policy.fastest().energyJoules() / baseline.energyJoules();
  }

  /**
   * Returns {@code T / T0 - 1}, where T is the iteration time of the policy's fastest plan and T0
   * is the iteration time of the baseline.
   */
  public double slowdown(Policy policy) {
    return policy.fastest().timeSeconds() / baseline.timeSeconds() - 1;
  }

  /**
   * Returns {@code T* / T0}, where T* is the iteration time of the policy's plan of minimum energy
   * and T0 is the iteration time of the baseline.
   */
  public double leastEnergyTime(Policy policy) {
    return StragglerRule.LEAST_ENERGY
            .choose(policy, Double.POSITIVE_INFINITY, blockingWatts)
            .timeSeconds()
        / baseline.timeSeconds();
  }

  /**
   * Returns the fraction of energy that a policy saves if the pipeline has to wait for a straggler
   * (a slower pipeline). The energy under the policy is compared to the energy under the baseline.
   * The compared energies include the energy of waiting until the straggler has finished its
   * iteration.
   *
   * @param straggler degree of the straggler: its iteration time divided by the iteration time of
   *     the baseline
   */
  public double reduction(Policy policy, double straggler, StragglerRule rule) {
    return 1 - waiting(chosen(policy, straggler, rule), straggler) / waiting(baseline, straggler);
  }

  /**
   * Returns the fraction of energy that all pipelines of the fleet together save under a policy.
   * The energy under the policy is compared to the energy of a fleet that runs the baseline.
   *
   * @param straggler degree of the straggler: its iteration time divided by the iteration time of
   *     the baseline
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

  /**
   * Returns the energy in joules that a pipeline uses until the straggler (the slower pipeline) has
   * finished its iteration. The energy is counted from the start of the pipeline's iteration.
   */
  private double waiting(Iteration iteration, double straggler) {
    return iteration.energyUntil(straggler * baseline.timeSeconds(), blockingWatts);
  }
}
