package perseus.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import perseus.evaluation.published.EmulatedProfile;
import perseus.evaluation.published.MeasuredJob;
import perseus.io.UserError;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.StageProfile;
import perseus.savings.Iteration;
import perseus.savings.Policy;
import perseus.savings.StragglerRule;
import perseus.savings.Workload;

/** Evaluates published measurements, and makes new plans from the published profiles. */
public final class PublishedEvaluation {
  /**
   * Maximum difference in iteration time between EnvPipe's published plan and all-max (every
   * operation at the highest frequency), as a fraction of the time of all-max. A plan with a larger
   * difference is refused.
   */
  private static final double SAME_TIME = 0.05;

  private PublishedEvaluation() {}

  /** Returns the measured plans of a job, each with its savings. */
  public static EvaluatedWorkload of(MeasuredJob job) {
    Workload measured = job.workload();
    Origin origin = measured.simulated() ? Origin.SIMULATED : Origin.MEASURED;
    List<EvaluatedPolicy> policies = new ArrayList<>();
    for (Policy policy : measured.policies()) {
      policies.add(policy(policy.name() + " (published)", origin, measured, policy.iterations()));
    }
    List<EvaluatedPolicy> baselines = new ArrayList<>();
    job.powerLimits()
        .forEach((name, limits) -> baselines.add(policy(name, origin, measured, limits)));
    return new EvaluatedWorkload(measured.name(), "", "", 0, policies, baselines, Optional.empty());
  }

  private static EvaluatedPolicy policy(
      String title, Origin origin, Workload measured, List<Iteration> iterations) {
    return EvaluatedPolicy.of(
        title,
        origin,
        measured.baseline(),
        measured.blockingWatts(),
        1,
        iterations,
        measured.origin().publishedRule());
  }

  /** Makes a planning problem from a profile and a number of microbatches. */
  @FunctionalInterface
  public interface Problems {
    PlanningProblem of(StageProfile profile, int microbatches);
  }

  /**
   * Plans a published profile for several numbers of microbatches: the numbers in the paper, and
   * the numbers for which results were published. The result contains the new plans and the
   * published plans.
   *
   * @throws UserError if no plan can be made from the profile, or if published results belong to
   *     another profile
   */
  public static List<EvaluatedWorkload> of(
      EmulatedProfile published, StageProfile profile, Problems problems) {
    TreeSet<Integer> counts = new TreeSet<>(PaperWorkload.EMULATED_MICROBATCHES);
    counts.addAll(published.frontiers().keySet());
    List<EvaluatedWorkload> workloads = new ArrayList<>();
    for (int microbatches : counts) {
      EvaluatedWorkload own =
          ProfileEvaluation.ofThisPlanner(
              published.name(),
              problems.of(profile, microbatches),
              profile.notes(),
              Boolean.TRUE.equals(profile.notes().simulated()) ? Origin.SIMULATED : Origin.EMULATED,
              PaperWorkload.pipelines(microbatches));
      List<EvaluatedPolicy> before = publishedPlans(published, microbatches, own);
      workloads.add(
          new EvaluatedWorkload(
                  own.name(),
                  published.model(),
                  published.gpu(),
                  microbatches,
                  own.policies(),
                  List.of(),
                  own.bound())
              .withPoliciesBefore(before));
    }
    return workloads;
  }

  private static List<EvaluatedPolicy> publishedPlans(
      EmulatedProfile published, int microbatches, EvaluatedWorkload own) {
    SavingsBound bound = own.bound().orElseThrow();
    List<EvaluatedPolicy> plans = new ArrayList<>();
    List<Iteration> frontier = published.frontiers().get(microbatches);
    double allMax = bound.allMax().timeSeconds();
    double baseline = allMax;
    if (frontier != null) {
      // As in the paper, the baseline takes as long as the fastest plan.
      baseline = new Policy("shortest", frontier).fastest().timeSeconds();
      plans.add(emulated("Perseus (published)", own, bound, frontier, baseline));
    }
    Iteration envPipe = published.envPipe().get(microbatches);
    if (envPipe != null) {
      if (Math.abs(envPipe.timeSeconds() / allMax - 1) > SAME_TIME) {
        throw new UserError(
            "envpipe.csv beside %s belongs to another profile: with %d microbatches, EnvPipe's plan takes %s s (divided by the scale of the table), but all-max takes %s s."
                .formatted(published.profile(), microbatches, envPipe.timeSeconds(), allMax));
      }
      plans.add(emulated("EnvPipe (published)", own, bound, List.of(envPipe), baseline));
    }
    return plans;
  }

  private static EvaluatedPolicy emulated(
      String title,
      EvaluatedWorkload own,
      SavingsBound bound,
      List<Iteration> plans,
      double baselineSeconds) {
    Iteration allMax = bound.allMax();
    return EvaluatedPolicy.of(
        title,
        own.policies().get(0).origin(),
        new Iteration(baselineSeconds, allMax.energyUntil(baselineSeconds, bound.blockingWatts())),
        bound.blockingWatts(),
        bound.pipelines(),
        plans,
        StragglerRule.LEAST_ENERGY);
  }
}
