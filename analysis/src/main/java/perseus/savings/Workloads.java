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

/** Makes workloads from measurements, from planned frontiers, and from directories of plans. */
public final class Workloads {
  private Workloads() {}

  /**
   * Makes a workload from measurements on GPUs.
   *
   * @param name name in tables
   * @param baseline iteration with every operation at the highest frequency, such as that of a
   *     {@link PowerLimitSweep}
   * @param blockingWattsPerGpu power of one GPU while it waits, in watts
   * @param dumps measurements of each policy by its name, at least one
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
   * Makes a workload from planned frontiers.
   *
   * <p>The baseline's time is the shortest time of the lower bound; its energy is that of all-max
   * plus blocking until that time.
   *
   * @param name name in tables
   * @param simulated whether the energies of the profile come from simulated GPUs
   * @param frontiers frontiers of the same problem by planner, at least one
   * @param pipelines number of pipelines of the fleet; 1 for no fleet
   */
  public static Workload planned(
      String name, boolean simulated, Map<Planner, Frontier> frontiers, int pipelines) {
    List<Policy> policies = new ArrayList<>();
    frontiers.forEach(
        (planner, frontier) ->
            policies.add(
                new Policy(
                    planner.title(), frontier.plans().stream().map(Workloads::of).toList())));
    // Problem and lower bound are the same for all planners.
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
   * Makes a workload from the catalog of a directory of plans.
   *
   * @param name name in tables
   * @param pipelines number of pipelines of the fleet; 1 for no fleet
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

  /** Makes a workload whose baseline is all-max plus blocking until the shortest planned time. */
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
