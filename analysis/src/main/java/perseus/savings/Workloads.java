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
 * Makes workloads (the iterations of one pipeline under several policies) from measurements, from
 * planned frontiers, and from directories of plans.
 */
public final class Workloads {
  private Workloads() {}

  /**
   * Makes a workload from measurements on GPUs.
   *
   * @param name name of the workload in tables
   * @param baseline iteration with every operation at the highest frequency, for example from a
   *     {@link PowerLimitSweep}
   * @param blockingWattsPerGpu power of one GPU while it waits, in watts
   * @param dumps measurements of each policy, by the name of the policy; at least one
   * @throws UserError if the measurements have different numbers of ranks
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
   * <p>The time T of the baseline is the shortest possible iteration time. The energy of the
   * baseline is the energy of all-max (every operation at the highest frequency) plus (T - time of
   * all-max) times the blocking power of all GPUs.
   *
   * @param name name of the workload in tables
   * @param simulated whether the energies of the profile come from simulated GPUs
   * @param frontiers one frontier per planner, all for the same problem; at least one frontier
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
    // The problem and the lower bound are the same in all frontiers, so the first frontier is used.
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
   * @param name name of the workload in tables
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

  /**
   * Makes a workload whose baseline has the shortest possible iteration time T. The energy of the
   * baseline is the energy of all-max plus (T - time of all-max) times the blocking power of all
   * GPUs.
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
