package perseus.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import perseus.pipeline.TrainSchedule;
import perseus.plan.PlanFormat;
import perseus.planner.Effort;
import perseus.planner.Plan;
import perseus.planner.PlanRequest;
import perseus.planner.PlannedFrontier;
import perseus.planner.Planner;
import perseus.planner.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.StageProfile;
import perseus.recording.InputException;
import perseus.recording.Instruction;
import picocli.CommandLine.Option;

/** Flags that say what to plan. */
final class PlanningFlags {
  /**
   * Measured while waiting in point-to-point communication, in watts, by a part of the GPU's name.
   */
  private static final Map<String, Double> KNOWN_BLOCKING_WATTS =
      Map.of("A100", 83.64, "A40", 70.38);

  @Option(
      names = "--blocking-power",
      paramLabel = "W",
      description =
          "What one GPU draws while it waits for another stage, in watts. Default: as measured with the profile.")
  Double blockingPower;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description =
          "Pipeline schedule: 1f1b, gpipe or early_recompute_1f1b. Default: the profile's, else 1f1b.")
  String schedule;

  @Option(
      names = "--planner",
      paramLabel = "NAME",
      defaultValue = "perseus",
      description = "perseus (the default) or uniform, one frequency for all.")
  String planner;

  @Option(
      names = "--plans",
      paramLabel = "N|all",
      defaultValue = "200",
      description =
          "Number of plans, evenly spaced in time, or all: one at every breakpoint. Default: ${DEFAULT-VALUE}.")
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
          "How long to look for better plans: fast, default, or best, which takes a second and more per plan.")
  Effort effort;

  @Option(
      names = "--plan-format",
      paramLabel = "FORM",
      defaultValue = "lowtime",
      description = "Form of the plan files: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  PlanFormat planFormat;

  @Option(
      names = "--gpus-per-stage",
      paramLabel = "N",
      description =
          "GPUs whose energy a row of the profile sums. Default: as the profile says, else 1.")
  Integer gpusPerStage;

  @Option(
      names = "--scale-time",
      paramLabel = "X",
      description = "Multiply the profile's times, as for a profile of a part of each stage.")
  double scaleTime = 1;

  @Option(
      names = "--scale-energy",
      paramLabel = "Y",
      description = "Multiply the profile's energies.")
  double scaleEnergy = 1;

  /**
   * Checks what can be checked without a profile, before long work.
   *
   * @throws InputException if a flag's value is none that there is
   */
  void check() {
    Planner.of(planner);
    number();
    if (schedule != null) {
      TrainSchedule.of(schedule);
    }
    for (List<Double> numbers : List.of(at, slowdown, straggler)) {
      for (double number : numbers) {
        if (!(number > 0) || Double.isInfinite(number)) {
          throw new InputException(
              "--at, --slowdown and --straggler must be numbers above 0, not " + number + ".");
        }
      }
    }
  }

  /** Plans the frontier that the flags ask for. */
  PlannedFrontier plan(StageProfile profile, Integer numMicrobatches) {
    PlanningProblem problem = problem(profile, numMicrobatches);
    requireChoice(problem);
    List<Double> times = times(Plan.allMax(problem).timeSeconds());
    PlanRequest request =
        new PlanRequest(
            number(), times.stream().mapToDouble(Double::doubleValue).toArray(), effort);
    PlannedFrontier frontier = Planner.of(planner).plan(problem, request);
    for (double time : times) {
      if (time < frontier.fastest().timeSeconds()) {
        throw new InputException(
            "No plan takes %.9g s: the shortest iteration takes %.9g s."
                .formatted(time, frontier.fastest().timeSeconds()));
      }
    }
    return frontier;
  }

  /** The profile as the flags scale it, with the blocking power that planning uses. */
  StageProfile prepared(StageProfile read) {
    StageProfile profile =
        scaleTime == 1 && scaleEnergy == 1 ? read : read.scaled(scaleTime, scaleEnergy);
    int stages = profile.stages();
    for (int s = 0; s < stages; s++) {
      if (profile.instructions(s).isEmpty()) {
        throw new InputException(
            "The profile from %s has no row for stage %d, though it has one for stage %d."
                .formatted(profile.notes().source(), s, stages - 1));
      }
    }
    List<Integer> gpus = new ArrayList<>();
    for (int s = 0; s < stages; s++) {
      gpus.add(gpusPerStage == null ? profile.gpus(s) : gpusPerStage);
    }
    if (gpusPerStage != null && gpusPerStage < 1) {
      throw new InputException("--gpus-per-stage must be 1 or more, not " + gpusPerStage + ".");
    }
    return profile.withNotes(profile.notes().withBlocking(stageWatts(profile), gpus));
  }

  private List<Double> stageWatts(StageProfile profile) {
    ProfileNotes notes = profile.notes();
    if (blockingPower != null) {
      return Collections.nCopies(profile.stages(), blockingPower);
    }
    if (notes.stageBlockingWatts() != null
        && notes.stageBlockingWatts().size() == profile.stages()) {
      return notes.stageBlockingWatts();
    }
    if (notes.blockingWatts() != null) {
      return Collections.nCopies(profile.stages(), notes.blockingWatts());
    }
    for (Map.Entry<String, Double> known : KNOWN_BLOCKING_WATTS.entrySet()) {
      if (notes.gpu() != null
          && notes.gpu().toUpperCase(java.util.Locale.ROOT).contains(known.getKey())) {
        return Collections.nCopies(profile.stages(), known.getValue());
      }
    }
    throw new InputException(
        "%s does not say what a GPU draws while it waits; give --blocking-power (83.64 for an A100, 70.38 for an A40)."
            .formatted(notes.source()));
  }

  private PlanningProblem problem(StageProfile profile, Integer numMicrobatches) {
    ProfileNotes notes = profile.notes();
    Integer microbatches = numMicrobatches == null ? notes.numMicrobatches() : numMicrobatches;
    if (microbatches == null) {
      throw new InputException(
          notes.source()
              + " does not say how many microbatches an iteration has; give --num-microbatches.");
    }
    String name = schedule == null ? notes.trainSchedule() : schedule;
    return PlanningProblem.of(
        profile,
        name == null ? TrainSchedule.ONE_F_ONE_B : TrainSchedule.of(name),
        microbatches,
        notes.stageBlockingWatts().stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static void requireChoice(PlanningProblem problem) {
    for (int j = 0; j < problem.dag().size(); j++) {
      Instruction instruction = problem.dag().operations().get(j).instruction();
      if (instruction.isComputation() && problem.options(j).measured().size() > 1) {
        return;
      }
    }
    throw new InputException(
        "The profile has one frequency for every computation, which leaves nothing to plan; profile more frequencies.");
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
    throw new InputException("--plans is '" + plans + "', neither a number from 1 nor all.");
  }
}
