package perseus.cli.analyze;

import java.util.ArrayList;
import java.util.List;
import perseus.cli.common.FlagValue;
import perseus.cli.common.ProgressDisplay;
import perseus.io.UserError;
import perseus.planfile.PlanFormat;
import perseus.planner.Planners;
import perseus.planner.problem.Effort;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.StageProfile;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Flags that say what to plan. */
final class PlanningFlags {
  /** A plan may be faster than all-max where a GPU throttled at its highest frequency: a little. */
  private static final double LEAST_SLOWDOWN = 0.5;

  @Mixin ProblemFlags problem;
  @Mixin BaselineFlags baselines;

  @Option(
      names = "--planner",
      paramLabel = "NAME",
      defaultValue = "perseus",
      description =
          "perseus (the default), or a baseline: uniform (one frequency for all), per-stage (one per stage), envpipe,"
              + " exponential (the published planner's fitted curves).")
  String planner;

  @Option(
      names = "--plans",
      paramLabel = "N|all",
      defaultValue = "200",
      description =
          "Number of plans, evenly spaced in time, or all: one at every breakpoint. The fastest, the slowest and that of"
              + " least energy are always among them; one that another beats in time and energy is left out."
              + " Default: ${DEFAULT-VALUE}.")
  String plans;

  @Option(
      names = "--at",
      paramLabel = "T",
      description = "Also make a plan for this iteration time in seconds.")
  List<Double> at = new ArrayList<>();

  @Option(
      names = "--slowdown",
      paramLabel = "X",
      description = "Also make a plan for X times the iteration time of all-max, such as 1.05.")
  List<Double> slowdown = new ArrayList<>();

  @Option(
      names = "--straggler",
      paramLabel = "X",
      description =
          "Also make the plan for a straggler that takes X times the iteration time of all-max.")
  List<Double> straggler = new ArrayList<>();

  @Option(
      names = "--effort",
      paramLabel = "EFFORT",
      defaultValue = "default",
      description =
          "How long to look for better plans: fast, default, or best, which takes ten times as long and more.")
  Effort effort;

  @Option(
      names = "--plan-format",
      paramLabel = "FORM",
      defaultValue = "lowtime",
      description = "Form of the plan files: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  PlanFormat planFormat;

  /**
   * Checks what can be checked without a profile, before long work.
   *
   * @param numMicrobatches null for the profile's
   * @throws picocli.CommandLine.ParameterException if a flag's value is none that there is
   * @throws UserError if a file that a flag names cannot be used
   */
  void check(CommandLine command, Integer numMicrobatches) {
    FlagValue.check(command, this::checkValues);
    problem.check(command, numMicrobatches == null ? List.of() : List.of(numMicrobatches));
  }

  private void checkValues() {
    Planners.of(planner);
    number();
    baselines.check();
    for (double seconds : at) {
      if (!(seconds > 0)) {
        throw new UserError("--at must be above 0 s, not " + seconds + ".");
      }
    }
    for (double factor : slowdown) {
      if (!(factor > LEAST_SLOWDOWN)) {
        throw new UserError(
            "--slowdown is %s, but no plan halves all-max's time; give a factor such as 1.05."
                .formatted(factor));
      }
    }
    for (double degree : straggler) {
      if (!(degree >= 1)) {
        throw new UserError(
            "--straggler is %s, but a straggler's degree is at least 1, such as 1.2."
                .formatted(degree));
      }
    }
  }

  /** Plans the frontier that the flags ask for. */
  Frontier plan(StageProfile profile, Integer numMicrobatches) {
    PlanningProblem planned = problem.problem(profile, numMicrobatches);
    List<Double> times = times(Plan.allMax(planned).timeSeconds());
    // Before the long work; not every planner comes as far.
    requireAtLeast(planned.shortestSeconds(), times);
    Frontier frontier;
    try (ProgressDisplay progress = new ProgressDisplay()) {
      PlanRequest request =
          new PlanRequest(
              number(),
              times.stream().mapToDouble(Double::doubleValue).toArray(),
              effort,
              progress);
      frontier = Planners.of(planner).plan(planned, request);
    }
    requireAtLeast(frontier.fastest().timeSeconds(), times);
    return frontier;
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

  /** The times asked for, in seconds, where all-max takes {@code allMaxSeconds}. */
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
      // Said below.
    }
    throw new UserError("--plans is '" + plans + "', neither a number from 1 nor all.");
  }
}
