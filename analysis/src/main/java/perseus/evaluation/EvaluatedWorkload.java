package perseus.evaluation;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Holds one workload with the plans of several planners.
 *
 * @param name name of the workload in tables, such as the model
 * @param model name of the model, such as {@code gpt3-xl}; empty if it is unknown
 * @param gpu name of the GPU type; empty if it is unknown
 * @param microbatches number of microbatches of an iteration; 0 if it is unknown
 * @param policies plans of each planner
 * @param baselines plans of further methods, shown only in the table and the figure of the frontier
 *     (all plans by time and energy)
 * @param bound upper bound on the energy that plans can save; empty if there is no profile of the
 *     workload
 */
public record EvaluatedWorkload(
    String name,
    String model,
    String gpu,
    int microbatches,
    List<EvaluatedPolicy> policies,
    List<EvaluatedPolicy> baselines,
    Optional<SavingsBound> bound) {
  public EvaluatedWorkload {
    policies = List.copyOf(policies);
    baselines = List.copyOf(baselines);
  }

  /**
   * Returns a copy of this workload in which the policies {@code before} come first. A policy is a
   * planner with its plans.
   */
  EvaluatedWorkload withPoliciesBefore(List<EvaluatedPolicy> before) {
    return new EvaluatedWorkload(
        name,
        model,
        gpu,
        microbatches,
        Stream.concat(before.stream(), policies.stream()).toList(),
        baselines,
        bound);
  }
}
