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

/** Workloads of what was measured or planned. */
public final class Workloads {
  private Workloads() {}

  /**
   * A workload that ran on GPUs.
   *
   * @param name what tables call it
   * @param baseline everything at the highest frequency, as {@link PowerLimitSweep} has it
   * @param blockingWattsPerGpu power of one waiting GPU
   * @param dumps of a policy each, by its name
   * @throws UserError if the dumps have different numbers of ranks
   */
  public static Workload measured(
      String name, Iteration baseline, double blockingWattsPerGpu, Map<String, ServerDump> dumps) {
    List<Policy> policies = new ArrayList<>();
    ServerDump first = dumps.values().iterator().next();
    dumps.forEach(
        (policy, dump) -> {
          if (dump.ranks() != first.ranks()) {
            throw new UserError(
                "%s has %d ranks, but %s has %d."
                    .formatted(dump.directory(), dump.ranks(), first.directory(), first.ranks()));
          }
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

  /**
   * A workload as planned from its profile. The baseline's time is the shortest of the frontier,
   * its energy that of all-max with blocking until then.
   *
   * @param simulated whether the profile is that of simulated GPUs
   * @param frontiers a frontier per planner, of one problem
   * @param pipelines number of pipelines of its fleet
   */
  public static Workload planned(
      String name, boolean simulated, Map<Planner, Frontier> frontiers, int pipelines) {
    List<Policy> policies = new ArrayList<>();
    frontiers.forEach(
        (planner, frontier) ->
            policies.add(
                new Policy(
                    planner.title(), frontier.plans().stream().map(Workloads::of).toList())));
    Frontier any = frontiers.values().iterator().next();
    double watts = any.problem().totalBlockingWatts();
    return planned(
        name,
        simulated,
        of(Plan.allMax(any.problem())),
        any.bound().shortestTime(),
        watts,
        pipelines,
        policies);
  }

  /** A workload as {@code plans.json} has it. */
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

  /** A workload whose baseline is all-max with blocking until the frontier's shortest time. */
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
