package perseus.cli.analyze;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import perseus.attribution.PublishedBlockingPower;
import perseus.cli.common.FlagValue;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.JsonSchedule;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Schedule;
import perseus.pipeline.Schedules;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.SharedRanks;
import perseus.profile.StageProfile;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Flags that say which iteration is planned. */
final class ProblemFlags {
  /** Profiles of a part of a stage are some tens of times smaller. */
  private static final double MOST_SCALE = 1000;

  /** GPUs change their clocks in milliseconds. */
  private static final double MOST_SWITCH_SECONDS = 10;

  private static final double MOST_BLOCKING_WATTS = 1e6;
  private static final double MOST_GPUS = 1e6;

  @Option(
      names = "--blocking-power",
      paramLabel = "W[,W...]",
      converter = PerStage.Converter.class,
      description =
          "What one GPU draws while it waits for another stage, in watts: one number, or one per stage (83.64,70,...)."
              + " Default: as measured with the profile.")
  PerStage blockingPower;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description =
          "Pipeline schedule: 1f1b, gpipe, early_recompute_1f1b, or interleaved:V, in which rank r of R runs V stages of"
              + " the profile: r, r + R and so on. Default: the profile's, else 1f1b.")
  String schedule;

  @Option(
      names = "--dag",
      paramLabel = "FILE.json",
      description = {
        "Any other schedule, operation by operation:",
        "{\"operations\": [{\"id\": \"F1\", \"stage\": 1, \"instruction\": \"forward\", \"microbatch\": 0,"
            + " \"predecessors\": [\"F0\"]}, ...]}",
        "A stage executes its operations in the order of the file. Stages with the same \"rank\" execute theirs as one;"
            + " \"microbatch\", \"predecessors\" and \"rank\" may be left out."
      })
  Path dag;

  /** What {@link #dag} holds, once it was read. */
  private JsonSchedule graph;

  @Option(
      names = "--gpus-per-stage",
      paramLabel = "N[,N...]",
      converter = PerStage.Converter.class,
      description =
          "GPUs whose energy a row of the profile sums: one number, or one per stage (8,8,4,...). Default: as the"
              + " profile says, else 1.")
  PerStage gpusPerStage;

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

  @Option(
      names = "--switch-cost",
      paramLabel = "SECONDS",
      description =
          "What a change of a GPU's clock takes, such as 0.01: a forward or backward at another frequency than the one"
              + " before it starts no sooner after that one, and the GPU draws blocking power meanwhile. Default: 0.")
  double switchCost;

  /**
   * Checks what can be checked without a profile, before long work.
   *
   * @param numMicrobatches microbatches of the iterations that are planned; empty for the profile's
   * @throws picocli.CommandLine.ParameterException if a flag's value is none that there is
   * @throws UserError if the schedule's file cannot be used
   */
  void check(CommandLine command, List<Integer> numMicrobatches) {
    FlagValue.check(command, () -> checkValues(numMicrobatches));
    if (dag != null) {
      graph();
    }
  }

  private void checkValues(List<Integer> numMicrobatches) {
    if (schedule != null) {
      Schedules.of(schedule);
    }
    for (int microbatches : numMicrobatches) {
      if (microbatches < 1) {
        throw new UserError("--num-microbatches must be 1 or more, not " + microbatches + ".");
      }
    }
    if (dag != null && (schedule != null || !numMicrobatches.isEmpty())) {
      throw new UserError(
          "--dag says itself in which order what runs; leave out --schedule and --num-microbatches.");
    }
    requireBetween("--scale-time", scaleTime, 1 / MOST_SCALE, MOST_SCALE, "");
    requireBetween("--scale-energy", scaleEnergy, 1 / MOST_SCALE, MOST_SCALE, "");
    requireBetween("--switch-cost", switchCost, 0, MOST_SWITCH_SECONDS, " seconds");
    for (double watts : blockingPower == null ? List.<Double>of() : blockingPower.numbers()) {
      requireBetween("--blocking-power", watts, 0, MOST_BLOCKING_WATTS, " watts");
    }
    for (double count : gpusPerStage == null ? List.<Double>of() : gpusPerStage.numbers()) {
      if (!(count >= 1 && count <= MOST_GPUS && count == Math.rint(count))) {
        throw new UserError("--gpus-per-stage needs whole numbers from 1 up.");
      }
    }
  }

  private static void requireBetween(
      String flag, double value, double least, double most, String unit) {
    if (!(value >= least && value <= most)) {
      throw new UserError(
          "%s is %s, but must be from %s to %s%s."
              .formatted(flag, number(value), number(least), number(most), unit));
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  /** Whether the flags change the profile's times or energies. */
  boolean scales() {
    return scaleTime != 1 || scaleEnergy != 1;
  }

  /**
   * The profile as the flags scale it, with the blocking power that planning uses.
   *
   * @param numMicrobatches null for the profile's
   */
  StageProfile prepared(StageProfile read, Integer numMicrobatches) {
    StageProfile profile = scales() ? read.scaled(scaleTime, scaleEnergy) : read;
    requireEveryStage(profile);
    int stages = profile.stages();
    List<Integer> gpus = new ArrayList<>();
    for (int s = 0; s < stages; s++) {
      gpus.add(profile.gpus(s));
    }
    if (gpusPerStage != null) {
      gpus.clear();
      for (double count : gpusPerStage.of("--gpus-per-stage", stages)) {
        gpus.add((int) count);
      }
    }
    List<Double> watts = evened(profile, numMicrobatches, stageWatts(profile), gpus);
    return profile.withNotes(profile.notes().withBlocking(watts, gpus));
  }

  /** One power for stages that the schedule puts on the same GPUs. */
  private List<Double> evened(
      StageProfile profile, Integer numMicrobatches, List<Double> watts, List<Integer> gpus) {
    Schedule ordered = schedule(profile.notes());
    if (ordered instanceof PipelineSchedule ranks && ranks.virtualStages() == 1) {
      return watts;
    }
    int stages = profile.stages();
    return SharedRanks.meanOverStages(
        ordered.dag(
            stages,
            microbatches(ordered, profile.notes(), numMicrobatches),
            Collections.nCopies(stages, Set.of()),
            new double[Math.max(0, stages - 1)]),
        watts,
        gpus);
  }

  /**
   * Checks that no stage is missing.
   *
   * @throws UserError if one is, as where they are numbered from 1
   */
  static void requireEveryStage(StageProfile profile) {
    int last = profile.stages() - 1;
    for (int s = 0; s < last; s++) {
      if (profile.instructions(s).isEmpty()) {
        throw new UserError(
            "The profile from %s has no row for stage %d, though it has one for stage %d%s."
                .formatted(
                    profile.notes().source(),
                    s,
                    last,
                    s == 0 ? "; stages are numbered from 0" : ""));
      }
    }
  }

  private List<Double> stageWatts(StageProfile profile) {
    ProfileNotes notes = profile.notes();
    if (blockingPower != null) {
      return blockingPower.of("--blocking-power", profile.stages());
    }
    if (notes.stageBlockingWatts() != null
        && notes.stageBlockingWatts().size() == profile.stages()) {
      return notes.stageBlockingWatts();
    }
    if (notes.blockingWatts() != null) {
      return Collections.nCopies(profile.stages(), notes.blockingWatts());
    }
    Optional<PublishedBlockingPower> known = PublishedBlockingPower.namedIn(notes.gpu());
    if (known.isPresent()) {
      return Collections.nCopies(profile.stages(), known.get().watts());
    }
    throw new UserError(
        "%s does not say what a GPU draws while it waits; give --blocking-power (%s)."
            .formatted(notes.source(), PublishedBlockingPower.listed()));
  }

  /**
   * What to plan.
   *
   * @param profile as {@link #prepared} makes it
   * @param numMicrobatches null for the profile's
   */
  PlanningProblem problem(StageProfile profile, Integer numMicrobatches) {
    Schedule ordered = schedule(profile.notes());
    PlanningProblem problem =
        PlanningProblem.of(
            profile,
            ordered,
            microbatches(ordered, profile.notes(), numMicrobatches),
            profile.notes().stageBlockingWatts().stream()
                .mapToDouble(Double::doubleValue)
                .toArray());
    requireChoice(problem);
    return problem.withSwitchCost(switchCost);
  }

  private JsonSchedule graph() {
    if (graph == null) {
      graph = JsonSchedule.read(dag);
    }
    return graph;
  }

  private Schedule schedule(ProfileNotes notes) {
    if (dag != null) {
      return graph();
    }
    String name = schedule == null ? notes.trainSchedule() : schedule;
    return name == null ? Schedules.ONE_FORWARD_ONE_BACKWARD : Schedules.of(name);
  }

  private static int microbatches(Schedule schedule, ProfileNotes notes, Integer asked) {
    if (schedule instanceof JsonSchedule graph) {
      return graph.microbatches();
    }
    Integer microbatches = asked == null ? notes.numMicrobatches() : asked;
    if (microbatches == null) {
      throw new UserError(
          notes.source()
              + " does not say how many microbatches an iteration has; give --num-microbatches.");
    }
    return microbatches;
  }

  private static void requireChoice(PlanningProblem problem) {
    for (int j = 0; j < problem.dag().size(); j++) {
      Instruction instruction = problem.dag().operations().get(j).instruction();
      if (instruction.isComputation() && problem.options(j).measured().size() > 1) {
        return;
      }
    }
    throw new UserError(
        "The profile has one frequency for every computation, which leaves nothing to plan; profile more frequencies.");
  }
}
