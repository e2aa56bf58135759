package perseus.planfile;

import java.util.List;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.profile.StageProfile;

/**
 * {@code summary.json}: the figures of a planned frontier that a person asks for first.
 *
 * @param schemaVersion version of this file's layout, now 1
 * @param source where the profile came from
 * @param model the model, where known
 * @param gpu the GPU, where known
 * @param simulated whether energies come from a simulated GPU
 * @param planner which planner made the plans
 * @param schedule the pipeline schedule
 * @param stages number of stages
 * @param microbatches microbatches per iteration
 * @param operations operations of an iteration
 * @param blockingWatts power of all GPUs of the pipeline while they wait, in watts
 * @param switchSeconds what a change of clock takes in the plans; the bound knows no such cost
 * @param allMax all operations at the highest frequency
 * @param shortestTimeS the shortest makespan of any plan
 * @param leastEnergyTimeS T*, in seconds
 * @param leastEffectiveEnergyTimeS T_eps, in seconds
 * @param boundAtAllMaxTimeJ what no plan of all-max's time can go below, in joules
 * @param fastest the plan of shortest time
 * @param leastEnergy the plan of least energy
 * @param asked what was asked for by a time: the plan for it, and the bound
 * @param plans number of plans
 * @param breakpoints number of breakpoints of the bound
 * @param boundCertificate how far the exact bound may lie above this one, as a fraction; 0 where it
 *     is exact
 * @param largestGap largest distance of a plan from its bound, as a fraction
 * @param meanGap mean distance of the plans from their bounds
 * @param warnings what a user should know before believing the figures
 */
public record PlanSummary(
    int schemaVersion,
    String source,
    String model,
    String gpu,
    boolean simulated,
    String planner,
    String schedule,
    int stages,
    int microbatches,
    int operations,
    double blockingWatts,
    double switchSeconds,
    PlanCatalog.Baseline allMax,
    double shortestTimeS,
    double leastEnergyTimeS,
    double leastEffectiveEnergyTimeS,
    double boundAtAllMaxTimeJ,
    Point fastest,
    Point leastEnergy,
    List<Asked> asked,
    int plans,
    int breakpoints,
    double boundCertificate,
    double largestGap,
    double meanGap,
    List<String> warnings) {

  public static final String FILE_NAME = "summary.json";
  public static final int SCHEMA_VERSION = 1;

  /**
   * A plan against all-max.
   *
   * @param timeS iteration time in seconds
   * @param energyJ iteration energy in joules
   * @param slowdown time over all-max's
   * @param reduction 1 - energy / all-max's energy
   * @param clockChanges computations that run at another frequency than the one before them
   */
  public record Point(
      double timeS, double energyJ, double slowdown, double reduction, int clockChanges) {
    static Point of(Plan plan, Plan allMax) {
      return new Point(
          plan.timeSeconds(),
          plan.energyJoules(),
          plan.timeSeconds() / allMax.timeSeconds(),
          1 - plan.energyJoules() / allMax.energyJoules(),
          plan.clockChanges());
    }
  }

  /**
   * The answer to a time that was asked for.
   *
   * @param timeS the time in seconds
   * @param lowerBoundJ what no plan of that time can go below, in joules
   * @param plan number of the plan for it
   * @param planTimeS that plan's iteration time in seconds, at most the one asked for
   * @param planEnergyJ its iteration energy in joules
   */
  public record Asked(
      double timeS, double lowerBoundJ, int plan, double planTimeS, double planEnergyJ) {
    static Asked of(double time, Frontier frontier) {
      List<Plan> plans = frontier.plans();
      int number = plans.size() - 1;
      while (number > 0 && plans.get(number - 1).timeSeconds() <= time) {
        number--;
      }
      return new Asked(
          time,
          frontier.boundAt(time),
          number,
          plans.get(number).timeSeconds(),
          plans.get(number).energyJoules());
    }
  }

  /** The figures of {@code frontier}, planned from {@code profile}. */
  public static PlanSummary of(
      Frontier frontier,
      StageProfile profile,
      String planner,
      List<Double> asked,
      List<String> warnings) {
    var problem = frontier.problem();
    Plan allMax = Plan.allMax(problem);
    return new PlanSummary(
        SCHEMA_VERSION,
        profile.notes().source(),
        profile.notes().model(),
        profile.notes().gpu(),
        Boolean.TRUE.equals(profile.notes().simulated()),
        planner,
        problem.schedule().name(),
        problem.dag().stages(),
        problem.microbatches(),
        problem.dag().size(),
        problem.totalBlockingWatts(),
        problem.switchSeconds(),
        new PlanCatalog.Baseline(allMax.timeSeconds(), allMax.energyJoules()),
        frontier.bound().shortestTime(),
        frontier.bound().timeOfLeastEnergy(),
        frontier.bound().timeOfLeastEffectiveEnergy(),
        frontier.boundAt(allMax.timeSeconds()),
        Point.of(frontier.fastest(), allMax),
        Point.of(frontier.leastEnergy(), allMax),
        asked.stream().map(time -> Asked.of(time, frontier)).toList(),
        frontier.plans().size(),
        frontier.bound().size(),
        frontier.bound().certificate(),
        frontier.plans().stream().mapToDouble(frontier::gap).max().orElse(0),
        frontier.plans().stream().mapToDouble(frontier::gap).average().orElse(0),
        warnings);
  }
}
