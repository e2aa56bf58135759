package perseus.evaluation;

import java.util.List;
import java.util.OptionalDouble;
import perseus.savings.Iteration;
import perseus.savings.Policy;
import perseus.savings.StragglerRule;
import perseus.savings.Workload;

/**
 * Holds the plans of one planner for one workload, and computes how much energy they save.
 *
 * @param title name of the planner in tables
 * @param origin whether the times and energies of the plans were measured, computed or simulated
 * @param workload baseline iteration of the workload, and the iterations under the planner's plans
 * @param rule rule by which a pipeline that waits for a straggler (a slower pipeline) chooses its
 *     plan
 */
public record EvaluatedPolicy(String title, Origin origin, Workload workload, StragglerRule rule) {
  /**
   * @param baseline iteration with every operation at the highest frequency
   * @param blockingWatts power in watts of all GPUs of the pipeline together while they wait
   * @param pipelines number of pipelines of the fleet, at least 1
   */
  static EvaluatedPolicy of(
      String title,
      Origin origin,
      Iteration baseline,
      double blockingWatts,
      int pipelines,
      List<Iteration> plans,
      StragglerRule rule) {
    return new EvaluatedPolicy(
        title,
        origin,
        new Workload(
            title,
            origin == Origin.MEASURED ? Workload.Origin.MEASURED : Workload.Origin.PLANNED,
            origin == Origin.SIMULATED,
            baseline,
            blockingWatts,
            pipelines,
            List.of(new Policy(title, plans))),
        rule);
  }

  Policy policy() {
    return workload.policies().get(0);
  }

  /**
   * Returns the fraction of energy that the fastest plan saves without a straggler (a slower
   * pipeline to wait for).
   */
  double saved() {
    return workload.reduction(policy());
  }

  /**
   * Returns the slowdown of the fastest plan: its iteration time divided by the iteration time of
   * the baseline, minus 1.
   */
  double slowdown() {
    return workload.slowdown(policy());
  }

  /**
   * Returns the fraction of energy that a pipeline saves while it waits for a straggler (a slower
   * pipeline).
   *
   * @param straggler iteration time of the straggler divided by the iteration time of the baseline
   */
  double saved(double straggler) {
    return workload.reduction(policy(), straggler, rule);
  }

  /**
   * Returns the fraction of energy that all pipelines of a fleet save together. One of the
   * pipelines is the straggler, for which the other pipelines wait.
   */
  double fleetSaved(double straggler) {
    return workload.fleetReduction(policy(), straggler, rule);
  }

  /**
   * Returns the largest fraction of energy that a plan saves, if its iteration takes at most {@code
   * factor} times as long as the baseline. The pipeline does not wait for a straggler (a slower
   * pipeline). If every plan exceeds the allowed iteration time, the result is empty.
   */
  OptionalDouble savedWithin(double factor) {
    double limit = factor * workload.baseline().timeSeconds();
    return policy().iterations().stream()
        .filter(plan -> plan.timeSeconds() <= limit)
        .mapToDouble(plan -> 1 - plan.energyJoules() / workload.baseline().energyJoules())
        .max();
  }
}
