package perseus.cli.analyze;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import perseus.cli.common.FlagValue;
import perseus.cli.common.ProfileChecks;
import perseus.cli.common.ProgressDisplay;
import perseus.cli.report.BaselineFlags;
import perseus.io.UserError;
import perseus.planfile.EarlierDirectory;
import perseus.planfile.PlanFormat;
import perseus.planner.Planner;
import perseus.planner.Planners;
import perseus.planner.problem.EarlierPlans;
import perseus.planner.problem.Effort;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.StageProfile;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Reads the flags that choose the planner, and the flags that say which plans to make. The class
 * {@code PlanningFlags} also runs the planner.
 */
final class PlanningFlags {
  /**
   * Lower limit for the value of the flag {@code --slowdown}. The limit is below 1, because a plan
   * can be faster than all-max (every operation at the highest frequency). For example, the GPU may
   * have been throttled (ran at a lower clock) at the highest frequency.
   */
  private static final double MIN_SLOWDOWN = 0.5;

  @Mixin ProblemFlags problem;
  @Mixin BaselineFlags baselines;

  /** Lists the names of planners, for the help text of the command. */
  static final class PlannerNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Planners.all().stream().map(Planner::name).iterator();
    }
  }

  @Option(
      names = "--planner",
      paramLabel = "NAME",
      defaultValue = "perseus",
      completionCandidates = PlannerNames.class,
      description =
          "Planner: ${COMPLETION-CANDIDATES}. Baselines are uniform (one frequency for all stages), per-stage (one frequency"
              + " per stage), envpipe, and exponential (the fitted curves of the published planner). Default:"
              + " ${DEFAULT-VALUE}.")
  String planner;

  @Option(
      names = "--plans",
      paramLabel = "N|all",
      defaultValue = "200",
      description =
          "Number of plans, evenly spaced in time, or all for one plan at each time where the slope of the lower bound changes; plans that are"
              + " worse than another in time and energy are left out. Default: ${DEFAULT-VALUE}.")
  String plans;

  @Option(
      names = "--at",
      paramLabel = "T",
      description = "Also make a plan for an iteration time of T seconds; may be repeated.")
  List<Double> at = new ArrayList<>();

  @Option(
      names = "--slowdown",
      paramLabel = "X",
      description =
          "Also make a plan for X times the iteration time of all-max (all computations at the highest frequency),"
              + " such as 1.05; may be repeated.")
  List<Double> slowdown = new ArrayList<>();

  @Option(
      names = "--straggler",
      paramLabel = "X",
      description =
          "Also make a plan for a pipeline that waits for a straggler: a slower pipeline with X times the iteration"
              + " time of all-max, such as 1.2; may be repeated.")
  List<Double> straggler = new ArrayList<>();

  @Option(
      names = "--effort",
      paramLabel = "EFFORT",
      defaultValue = "default",
      description =
          "Time spent on better plans: fast, default, or best, which takes at least ten times as long. Default:"
              + " ${DEFAULT-VALUE}.")
  Effort effort;

  @Option(
      names = "--from",
      paramLabel = "OLD_OUT",
      description =
          "Start from the plans in a directory of an earlier run for the same job, such as after a new profile or for"
              + " another straggler. A plan is kept if it is still as close to the lower bound; otherwise, a new plan replaces it. The iteration times are those of the earlier plans, instead of --plans.")
  Path from;

  @Option(
      names = "--plan-format",
      paramLabel = "FORM",
      defaultValue = "lowtime",
      description =
          "Form of the plan files: lowtime lists frequencies, zeus lists pairs of an instruction and a frequency. Default: ${DEFAULT-VALUE}.")
  PlanFormat planFormat;

  /**
   * Checks the values of all flags whose values can be checked without a profile. Commands check
   * the values of flags before they start long work.
   *
   * @param numMicrobatches number of microbatches per iteration; if null, the number is read from
   *     the profile
   * @throws picocli.CommandLine.ParameterException if a flag has a value that is not allowed
   * @throws UserError if a file that the user named with a flag cannot be used
   */
  void check(CommandLine command, Integer numMicrobatches) {
    FlagValue.check(command, this::checkValues);
    problem.check(command, numMicrobatches == null ? List.of() : List.of(numMicrobatches));
  }

  private void checkValues() {
    Planners.of(planner);
    number();
    baselines.check();
    if (from != null && Planners.of(planner) != Planners.PERSEUS) {
      throw new UserError("--from works only with --planner perseus, not " + planner + ".");
    }
    if (from != null && plans.equalsIgnoreCase("all")) {
      throw new UserError("--from takes the times of the earlier plans; leave out --plans all.");
    }
    for (double seconds : at) {
      if (!(seconds > 0)) {
        throw new UserError("--at must be above 0 s, not " + seconds + ".");
      }
    }
    for (double factor : slowdown) {
      if (!(factor > MIN_SLOWDOWN)) {
        throw new UserError(
            "--slowdown is %s, but no plan takes half of all-max's time; give a factor such as 1.05."
                .formatted(factor));
      }
    }
    for (double degree : straggler) {
      if (!(degree >= 1)) {
        throw new UserError(
            "--straggler is %s, but must be 1 or more, such as 1.2 for a straggler that takes 1.2 x the time of all-max."
                .formatted(degree));
      }
    }
  }

  /**
   * Makes the plans for which the user's flags ask.
   *
   * @param numMicrobatches number of microbatches per iteration; if null, the number is read from
   *     the profile
   * @throws UserError if a flag asks for an iteration time that no plan reaches, or if all
   *     frequencies have equal times and energies
   */
  Frontier plan(StageProfile profile, Integer numMicrobatches) {
    PlanningProblem planned = problem.problem(profile, numMicrobatches);
    if (!plansOneFrequency()) {
      ProfileChecks.requireChoice(planned);
      ProfileChecks.requireDifferences(profile);
    }
    List<Double> times = times(Plan.allMax(planned).timeSeconds());
    // The iteration times for which the user asks are checked before planning, because planning
    // takes long. Some planners make no plan with the shortest possible iteration time, so the
    // iteration times are checked again after planning.
    requireAtLeast(planned.shortestSeconds(), times);
    Frontier frontier;
    try (ProgressDisplay progress = new ProgressDisplay()) {
      PlanRequest request =
          new PlanRequest(
                  number(),
                  times.stream().mapToDouble(Double::doubleValue).toArray(),
                  effort,
                  progress)
              .from(
                  from == null
                      ? EarlierPlans.NONE
                      : EarlierDirectory.read(from, planned, profile.notes().model()));
      frontier = Planners.of(planner).plan(planned, request);
    }
    requireAtLeast(frontier.fastest().timeSeconds(), times);
    return frontier;
  }

  /**
   * Returns whether the planner makes a plan from a profile that has only one frequency. Only the
   * planner {@code uniform} makes a plan from one frequency, to predict the time and the energy of
   * an iteration.
   */
  boolean plansOneFrequency() {
    return Planners.of(planner) == Planners.UNIFORM;
  }

  private static void requireAtLeast(double shortestSeconds, List<Double> times) {
    for (double time : times) {
      if (time < shortestSeconds) {
        throw new UserError(
            "No plan takes %.9g s: the shortest iteration takes %.9g s."
                .formatted(time, shortestSeconds));
      }
    }
  }

  /**
   * Returns the iteration times in seconds for which the user's flags ask for a plan.
   *
   * @param allMaxSeconds iteration time of all-max (every operation at the highest frequency) in
   *     seconds
   */
  List<Double> times(double allMaxSeconds) {
    List<Double> times = new ArrayList<>(at);
    slowdown.forEach(factor -> times.add(factor * allMaxSeconds));
    straggler.forEach(degree -> times.add(degree * allMaxSeconds));
    return times;
  }

  private int number() {
    if (plans.equalsIgnoreCase("all")) {
      return PlanRequest.ALL;
    }
    try {
      int number = Integer.parseInt(plans);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The text is not a number, so the statement below throws the error.
    }
    throw new UserError("--plans is '" + plans + "', but must be a number of at least 1, or all.");
  }
}
