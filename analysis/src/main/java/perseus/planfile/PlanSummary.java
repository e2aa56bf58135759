package perseus.planfile;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import perseus.io.JsonFiles;
import perseus.io.UserError;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.profile.StageProfile;

/**
 * Holds the contents of {@code summary.json}: the most important values of the plans in a
 * directory. The summary also describes the planning problem that the plans solve.
 *
 * @param schemaVersion version of the format of {@code summary.json}, always 1
 * @param source file or directory from which the stage profile was made
 * @param model name of the trained model; null if unknown
 * @param gpu name of the GPU; null if unknown
 * @param simulated whether the energies of the plans come from simulated GPUs
 * @param planner name of the planner that made the plans
 * @param schedule name of the pipeline schedule
 * @param stages number of stages of the pipeline
 * @param microbatches number of microbatches per iteration
 * @param operations number of operations of an iteration, over all stages
 * @param blockingWatts power in watts of all GPUs of the pipeline together while they wait
 *     (blocking power)
 * @param switchSeconds longest duration in seconds of a clock change; the lower bound on energy
 *     takes the time of clock changes into account
 * @param minDwellSeconds minimum time in seconds for which the plans hold every clock; the lower
 *     bound on energy ignores this minimum
 * @param allMax time and energy of all-max, the iteration with every operation at the highest
 *     frequency
 * @param shortestTimeS shortest possible iteration time of any plan in seconds, if clock changes
 *     take no time
 * @param leastEnergyTimeS iteration time in seconds at which the lower bound on energy is minimal
 * @param leastEffectiveEnergyTimeS longest useful iteration time in seconds. According to the lower
 *     bound on energy, slower plans waste energy even while the pipeline waits for a straggler (a
 *     slower pipeline).
 * @param boundAtAllMaxTimeJ lower bound in joules on the energy of any plan with the iteration time
 *     of all-max (every operation at the highest frequency)
 * @param fastest the plan with the shortest iteration time
 * @param leastEnergy the plan of minimum iteration energy
 * @param asked description of the chosen plan for each iteration time that the user gave
 * @param plans number of plans in the directory
 * @param breakpoints number of breakpoints of the lower bound on energy, which is a piecewise
 *     linear function of the iteration time
 * @param boundCertificate maximum amount by which the exact lower bound on energy can exceed the
 *     computed bound, as a fraction of the computed bound
 * @param largestGap largest difference between a plan's energy and the lower bound on energy, as a
 *     fraction of the lower bound
 * @param meanGap mean difference between a plan's energy and the lower bound on energy, as a
 *     fraction of the lower bound
 * @param warnings reasons why the values of the summary may be wrong, one sentence each
 * @param program name and version of the program that made the plans; null if unknown
 * @param command command that made the plans, as words for a shell; null if unknown
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
    double minDwellSeconds,
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
    List<String> warnings,
    String program,
    String command) {

  public PlanSummary {
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
  }

  public static final String FILE_NAME = "summary.json";
  public static final int SCHEMA_VERSION = 1;

  /**
   * Holds the iteration time and energy of one plan, and compares the plan with all-max (every
   * operation at the highest frequency).
   *
   * @param timeS iteration time of the plan in seconds
   * @param energyJ iteration energy of the plan in joules
   * @param slowdown iteration time of the plan divided by the iteration time of all-max (every
   *     operation at the highest frequency)
   * @param reduction fraction of energy that the plan saves compared to all-max (every operation at
   *     the highest frequency)
   * @param clockChanges number of clock changes between consecutive computations of a rank
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
   * Describes the plan for one iteration time that the user gave.
   *
   * @param timeS iteration time that the user gave, in seconds
   * @param lowerBoundJ lower bound in joules on the energy of any plan with the time {@code timeS}
   * @param plan number of the plan in the directory, from 0
   * @param planTimeS iteration time of the plan in seconds; above {@code timeS} only if all plans
   *     of the directory take longer
   * @param planEnergyJ iteration energy of the plan in joules
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

  /**
   * States which program and which command made the plans of a directory.
   *
   * @param program name and version of the program; null if unknown
   * @param command command that ran, as words for a shell; null if unknown
   */
  public record Origin(String program, String command) {
    /** The origin of plans that were not made by a command. */
    public static final Origin UNKNOWN = new Origin(null, null);
  }

  /**
   * Reads the summary of a directory of plans; empty if the directory has none.
   *
   * @throws UserError if the summary cannot be read, or describes other plans
   */
  public static Optional<PlanSummary> read(PlannedProblem planned) {
    Path file = planned.directory().resolve(FILE_NAME);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    PlanSummary summary = JsonFiles.read(file, PlanSummary.class, "a summary of plans");
    PlanCatalog catalog = planned.catalog();
    if (summary.allMax == null
        || summary.plans != catalog.plans().size()
        || PlanCatalog.differ(summary.allMax.timeS(), catalog.allMax().timeS())
        || PlanCatalog.differ(summary.allMax.energyJ(), catalog.allMax().energyJ())) {
      throw new UserError(
          "%s is not the summary of the plans in %s beside it. Plan again."
              .formatted(file, PlanCatalog.FILE_NAME));
    }
    return Optional.of(summary);
  }

  /** Computes the summary of plans that were not made by a command. */
  public static PlanSummary of(
      Frontier frontier,
      StageProfile profile,
      String planner,
      List<Double> asked,
      List<String> warnings) {
    return of(frontier, profile, planner, asked, warnings, Origin.UNKNOWN);
  }

  /**
   * Computes the summary of the plans that a planner made for a range of iteration times.
   *
   * @param profile stage profile from which the plans were made
   * @param planner name of the planner
   * @param asked iteration times that the user gave, in seconds
   * @param warnings reasons why the values of the summary may be wrong, one sentence each
   * @param origin the program and the command that made the plans
   */
  public static PlanSummary of(
      Frontier frontier,
      StageProfile profile,
      String planner,
      List<Double> asked,
      List<String> warnings,
      Origin origin) {
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
        problem.switchCost().maxSeconds(),
        problem.minDwellSeconds(),
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
        warnings,
        origin.program(),
        origin.command());
  }
}
