package perseus.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import perseus.planner.Planner;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.savings.Iteration;
import perseus.savings.StragglerRule;

/**
 * Plans a profiled workload with this project's planner and with the planners of the Perseus paper.
 * All plans are compared with all-max (every operation at the highest frequency).
 *
 * <p>This project's planner is evaluated by one of its plans. Without a straggler (a slower
 * pipeline), the evaluated plan has the minimum energy of all plans that are not slower than
 * all-max. With a straggler, the evaluated plan has the minimum energy, including the energy of
 * waiting for the straggler.
 *
 * <p>The planners of the Perseus paper are evaluated as in the paper. Without a straggler, the
 * paper evaluates a planner by its fastest plan. With a straggler, the paper evaluates a planner by
 * its plan of minimum iteration energy. Iteration energy does not include the energy of waiting for
 * the straggler.
 */
public final class ProfileEvaluation {
  static final String THIS_PLANNER = "this planner";

  /**
   * Iteration times of stragglers in the paper, as multiples of the iteration time of all-max
   * (every operation at the highest frequency).
   */
  static final List<Double> STRAGGLERS = List.of(1.05, 1.1, 1.2, 1.3, 1.4, 1.5);

  /**
   * Maximum iteration times for which a table shows the savings of the best plans, as multiples of
   * the iteration time of all-max (every operation at the highest frequency).
   */
  static final List<Double> SLOWDOWNS = List.of(1.0, 1.02, 1.05, 1.1, 1.15, 1.2);

  private static final Map<Planner, String> OTHERS =
      Map.of(
          Planners.EXPONENTIAL, "Perseus' published method (own code)",
          Planners.ENVPIPE, "EnvPipe (own code)");

  private ProfileEvaluation() {}

  /**
   * Plans a workload with all planners.
   *
   * @param name name of the workload in tables
   * @param notes facts about the profile of the workload, such as the model and the GPU
   * @param pipelines number of pipelines of the fleet; 1 for no fleet
   */
  public static EvaluatedWorkload of(
      String name, PlanningProblem problem, ProfileNotes notes, int pipelines) {
    EvaluatedWorkload own =
        ofThisPlanner(name, problem, notes, Origin.computed(notes.simulated()), pipelines);
    List<EvaluatedPolicy> policies = new ArrayList<>(own.policies());
    EvaluatedPolicy first = own.policies().get(0);
    SavingsBound bound = own.bound().orElseThrow();
    for (Planner planner : List.of(Planners.EXPONENTIAL, Planners.ENVPIPE)) {
      Frontier frontier = planner.plan(problem, request(bound.allMax()).withBound(bound.bound()));
      policies.add(
          EvaluatedPolicy.of(
              OTHERS.get(planner),
              first.origin(),
              bound.allMax(),
              bound.blockingWatts(),
              pipelines,
              frontier.plans().stream().map(ProfileEvaluation::iteration).toList(),
              StragglerRule.LEAST_ENERGY));
    }
    return new EvaluatedWorkload(
        own.name(),
        own.model(),
        own.gpu(),
        own.microbatches(),
        policies,
        own.baselines(),
        own.bound());
  }

  /** Plans a workload with this project's planner alone. */
  static EvaluatedWorkload ofThisPlanner(
      String name, PlanningProblem problem, ProfileNotes notes, Origin origin, int pipelines) {
    Iteration allMax = iteration(Plan.allMax(problem));
    Frontier frontier = Planners.PERSEUS.plan(problem, request(allMax));
    double watts = problem.totalBlockingWatts();
    EvaluatedPolicy policy =
        EvaluatedPolicy.of(
            THIS_PLANNER,
            origin,
            allMax,
            watts,
            pipelines,
            notFasterThanNeeded(frontier, allMax.timeSeconds()),
            StragglerRule.BEST);
    return new EvaluatedWorkload(
        name,
        notes.model() == null ? "" : notes.model(),
        notes.gpu() == null ? "" : notes.gpu(),
        problem.microbatches(),
        List.of(policy),
        List.of(),
        Optional.of(new SavingsBound(frontier.bound(), allMax, watts, pipelines)));
  }

  private static PlanRequest request(Iteration allMax) {
    return new PlanRequest(
        PlanRequest.standard().plans(),
        Stream.concat(STRAGGLERS.stream(), SLOWDOWNS.stream())
            .distinct()
            .mapToDouble(factor -> factor * allMax.timeSeconds())
            .toArray());
  }

  /**
   * Returns the plans that are slower than all-max (every operation at the highest frequency), and
   * the slowest of all other plans. Even faster plans are left out, because they use more energy,
   * and the pipeline then waits longer.
   */
  private static List<Iteration> notFasterThanNeeded(Frontier frontier, double allMaxSeconds) {
    List<Iteration> kept = new ArrayList<>();
    for (Plan plan : frontier.plans()) {
      kept.add(iteration(plan));
      if (plan.timeSeconds() <= allMaxSeconds) {
        break;
      }
    }
    return kept;
  }

  private static Iteration iteration(Plan plan) {
    return new Iteration(plan.timeSeconds(), plan.energyJoules());
  }
}
