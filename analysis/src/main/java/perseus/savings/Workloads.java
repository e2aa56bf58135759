package perseus.savings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import perseus.io.UserError;
import perseus.planfile.PlanCatalog;
import perseus.planner.Planner;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;

/**
 * Makes workloads from measurements, from the plans of planners, and from directories of plans. A
 * workload consists of the iterations of one pipeline under several policies (methods that choose
 * frequencies).
 */
public final class Workloads {
  private Workloads() {}

  /**
   * Makes a workload (iterations of one pipeline under several policies) from measurements on GPUs.
   *
   * @param name name of the workload in tables
   * @param baseline iteration with every operation at the highest frequency, for example from
   *     {@link MeasuredBaseline}
   * @param blockingWattsPerGpu power of one GPU while it waits, in watts
   * @param dumps map from the name of each policy to the measurements under this policy; at least
   *     one policy
   * @throws UserError if the measurements of two policies are of different jobs, such as jobs with
   *     different models or numbers of ranks
   */
  public static Workload measured(
      String name, Iteration baseline, double blockingWattsPerGpu, Map<String, ServerDump> dumps) {
    List<Policy> policies = new ArrayList<>();
    ServerDump first = dumps.values().iterator().next();
    dumps.forEach(
        (policy, dump) -> {
          requireSameJob(first, dump);
          policies.add(new Policy(policy, dump.iterations()));
        });
    return new Workload(
        name,
        Workload.Origin.MEASURED,
        dumps.values().stream().anyMatch(ServerDump::simulated),
        baseline,
        first.ranks() * blockingWattsPerGpu,
        1,
        policies);
  }

  private static void requireSameJob(ServerDump first, ServerDump dump) {
    JobFacts facts = dump.job().facts();
    facts
        .difference(first.job().facts())
        .ifPresent(
            name -> {
              throw new UserError(
                  "%s and %s are of different jobs: %s, not %s."
                      .formatted(
                          dump.directory(),
                          first.directory(),
                          facts.named(name),
                          first.job().facts().named(name)));
            });
  }

  /**
   * Makes a workload (iterations of one pipeline under several policies) from frontiers, each of
   * which holds the plans of one planner.
   *
   * <p>The iteration time of the baseline is the shortest time that a plan can have. The energy of
   * the baseline is the energy of an iteration at the highest frequencies. If an iteration at the
   * highest frequencies takes longer than the baseline, the energy of waiting during the additional
   * time is subtracted.
   *
   * @param name name of the workload in tables
   * @param simulated whether the energies of the plans come from simulated GPUs
   * @param frontiers the frontier (plans) of each planner; at least one planner. All frontiers are
   *     for the same planning problem.
   * @param pipelines number of pipelines of the fleet; the value 1 means that there is no fleet
   */
  public static Workload planned(
      String name, boolean simulated, Map<Planner, Frontier> frontiers, int pipelines) {
    List<Policy> policies = new ArrayList<>();
    frontiers.forEach(
        (planner, frontier) ->
            policies.add(
                new Policy(
                    planner.title(), frontier.plans().stream().map(Workloads::of).toList())));
    // All frontiers have the same planning problem and the same lower bound. The method takes the
    // planning problem and the lower bound from the first frontier.
    Frontier first = frontiers.values().iterator().next();
    return planned(
        name,
        simulated,
        of(Plan.allMax(first.problem())),
        first.bound().shortestTime(),
        first.problem().totalBlockingWatts(),
        pipelines,
        policies);
  }

  /**
   * Makes a workload (iterations of one pipeline under one policy) from a directory of plans.
   *
   * @param name name of the workload in tables
   * @param pipelines number of pipelines of the fleet; the value 1 means that there is no fleet
   */
  public static Workload planned(String name, PlanCatalog catalog, int pipelines) {
    Policy policy =
        new Policy(
            Planners.of(catalog.planner()).title(),
            catalog.plans().stream().map(p -> new Iteration(p.timeS(), p.energyJ())).toList());
    return planned(
        name,
        catalog.simulated(),
        new Iteration(catalog.allMax().timeS(), catalog.allMax().energyJ()),
        catalog.shortestTimeS(),
        catalog.blockingWatts(),
        pipelines,
        List.of(policy));
  }

  /**
   * Makes a workload whose baseline is computed as in {@link #planned(String, boolean, Map, int)}.
   */
  static Workload planned(
      String name,
      boolean simulated,
      Iteration allMax,
      double shortestSeconds,
      double watts,
      int pipelines,
      List<Policy> policies) {
    Iteration baseline = new Iteration(shortestSeconds, allMax.energyUntil(shortestSeconds, watts));
    return new Workload(
        name, Workload.Origin.PLANNED, simulated, baseline, watts, pipelines, policies);
  }

  private static Iteration of(Plan plan) {
    return new Iteration(plan.timeSeconds(), plan.energyJoules());
  }
}
