package perseus.cli.analyze;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import perseus.attribution.PublishedBlockingPower;
import perseus.cli.common.FlagValue;
import perseus.cli.common.ProfileChecks;
import perseus.cli.schedule.ScheduleFile;
import perseus.cli.schedule.ScheduleNames;
import perseus.io.UserError;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.RecordedSchedule;
import perseus.pipeline.Schedule;
import perseus.pipeline.Schedules;
import perseus.pipeline.dagfile.JsonSchedule;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.SharedRanks;
import perseus.profile.StageProfile;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Reads the flags that describe the planning problem, and makes the problem. The flags give the
 * pipeline schedule, the number of GPUs, the power of waiting GPUs, and factors for the profile's
 * times and energies.
 */
final class ProblemFlags {
  /**
   * Maximum factor for the times and energies of a profile. Factors such as 20 or 50 are normal if
   * a profile covers only a part of each stage.
   */
  private static final double MAX_SCALE = 1000;

  private static final double MAX_BLOCKING_WATTS = 1e6;
  private static final double MAX_GPUS = 1e6;

  @Option(
      names = "--blocking-power",
      paramLabel = "W[,W...]",
      converter = PerStage.Converter.class,
      description =
          "Power of a GPU that waits for another stage, in watts: one number, or one per stage (83.64,70,...). Default: as"
              + " measured with the profile.")
  PerStage blockingPower;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      completionCandidates = ScheduleNames.class,
      description =
          "Pipeline schedule: ${COMPLETION-CANDIDATES}. gpipe runs the backwards in the reverse order of the"
              + " forwards, gpipe_in_order in the same order, as PyTorch does. zb-h1 divides backwards; the profile needs"
              + " backward_input and weight_backward. In interleaved:V, rank r of R"
              + " ranks runs V stages of the profile: r, r + R and so on (interleaved:V:N: in groups of N microbatches)."
              + " Default: that of the profile, else 1f1b.")
  String schedule;

  @Option(
      names = "--dag",
      paramLabel = "FILE.json",
      description = {
        "File with any other schedule, operation by operation:",
        "{\"operations\": [{\"id\": \"F1\", \"stage\": 1, \"instruction\": \"forward\", \"microbatch\": 0,"
            + " \"predecessors\": [\"F0\"]}, ...]}",
        "A stage executes its operations in the order of the file. Stages with the same \"rank\" share GPUs and execute"
            + " their operations one after the other. \"microbatch\", \"predecessors\" and \"rank\" may be left out."
            + " A predecessor {\"id\": \"F0\", \"lag_seconds\": 0.002} states how long its result takes to arrive."
      })
  Path dag;

  @Option(
      names = "--schedule-csv",
      paramLabel = "FILE.csv",
      description =
          "File with a schedule of torch.distributed.pipelining (_dump_csv): a row for each rank, with actions such as 0F1"
              + " (forward of microbatch 1 on stage 0), 0B1, 0I1 and 0W1.")
  Path scheduleCsv;

  /** Pipeline schedule from the file that a flag names; null before the file is read. */
  private Schedule ofFile;

  @Option(
      names = "--gpus-per-stage",
      paramLabel = "N[,N...]",
      converter = PerStage.Converter.class,
      description =
          "Number of GPUs whose energies a row of the profile adds up: one number, or one per stage (8,8,4,...)."
              + " Default: that"
              + " of the profile, else 1.")
  PerStage gpusPerStage;

  @Option(
      names = "--scale-time",
      paramLabel = "X",
      description =
          "Factor by which all times of the profile are multiplied, such as 2 if the profiled stages have half of the layers. Default: 1.")
  double scaleTime = 1;

  @Option(
      names = "--scale-energy",
      paramLabel = "Y",
      description = "Factor by which all energies of the profile are multiplied. Default: 1.")
  double scaleEnergy = 1;

  @Mixin ClockFlags clocks = new ClockFlags();

  /**
   * Checks the values of all flags whose values can be checked without a profile. Commands check
   * the values of flags before they start long work.
   *
   * @param numMicrobatches number of microbatches per iteration for each planning problem; empty to
   *     read this number from the profile
   * @throws picocli.CommandLine.ParameterException if a flag has a value that is not allowed
   * @throws UserError if the file with the pipeline schedule cannot be used
   */
  void check(CommandLine command, List<Integer> numMicrobatches) {
    FlagValue.check(command, () -> checkValues(numMicrobatches));
    ofFile();
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
    if (scheduleCsv != null && (dag != null || schedule != null || !numMicrobatches.isEmpty())) {
      throw new UserError(
          "The file of --schedule-csv contains the schedule and the microbatches; leave out --schedule, --dag and --num-microbatches.");
    }
    if (dag != null && (schedule != null || !numMicrobatches.isEmpty())) {
      throw new UserError(
          "The file of --dag contains the schedule and the microbatches; leave out --schedule and --num-microbatches.");
    }
    FlagValue.requireBetween("--scale-time", scaleTime, 1 / MAX_SCALE, MAX_SCALE, "");
    FlagValue.requireBetween("--scale-energy", scaleEnergy, 1 / MAX_SCALE, MAX_SCALE, "");
    clocks.checkValues();
    for (double watts : blockingPower == null ? List.<Double>of() : blockingPower.numbers()) {
      FlagValue.requireBetween("--blocking-power", watts, 0, MAX_BLOCKING_WATTS, " watts");
    }
    for (double count : gpusPerStage == null ? List.<Double>of() : gpusPerStage.numbers()) {
      if (!(count >= 1 && count <= MAX_GPUS && count == Math.rint(count))) {
        throw new UserError(
            "--gpus-per-stage has %s, but needs whole numbers from 1 to %s."
                .formatted(FlagValue.number(count), FlagValue.number(MAX_GPUS)));
      }
    }
  }

  /** Returns whether the flags change the times or the energies of the profile. */
  boolean scales() {
    return scaleTime != 1 || scaleEnergy != 1;
  }

  /**
   * Returns the profile with its times and energies scaled. The returned profile also contains the
   * blocking power (power of a GPU that waits) and the number of GPUs of each stage.
   *
   * @param numMicrobatches number of microbatches per iteration; null to read it from the profile
   * @throws UserError if a stage has no row in the profile, or if the blocking power is unknown
   */
  StageProfile prepared(StageProfile read, Integer numMicrobatches) {
    StageProfile profile = scales() ? read.scaled(scaleTime, scaleEnergy) : read;
    ProfileChecks.requireEveryStage(profile);
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
    List<Double> watts = sharedByRank(profile, numMicrobatches, stageWatts(profile), gpus);
    ProfileNotes notes = profile.notes().withBlocking(watts, gpus);
    return profile.withNotes(
        scheduleCsv == null ? notes : notes.withSchedule((RecordedSchedule) ofFile()));
  }

  /**
   * Returns for each stage the power in watts that one GPU draws while it waits (blocking power).
   * All stages that run on the same GPUs get the mean of their blocking powers.
   */
  private List<Double> sharedByRank(
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
    throw unknownBlockingPower(notes.source());
  }

  /**
   * Returns an error that says that the blocking power (power of a GPU that waits) is unknown.
   *
   * @param source path of a profile or directory that does not contain the blocking power
   */
  static UserError unknownBlockingPower(Object source) {
    return new UserError(
        "%s does not say how much power a GPU draws while it waits; give --blocking-power (%s)."
            .formatted(source, PublishedBlockingPower.listed()));
  }

  /**
   * Returns the planning problem that has the times and energies of a profile.
   *
   * @param profile profile that {@link #prepared} returned
   * @param numMicrobatches number of microbatches per iteration; null to read it from the profile
   * @throws UserError if the pipeline schedule does not fit the profile
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
    return clocks.applied(problem, profile.notes());
  }

  /**
   * Returns the pipeline schedule from the file that a flag names; null if no flag names a file.
   */
  private Schedule ofFile() {
    if (ofFile == null && dag != null) {
      ofFile = ScheduleFile.ofDag(dag);
    } else if (ofFile == null && scheduleCsv != null) {
      ofFile = ScheduleFile.ofCsv(scheduleCsv);
    }
    return ofFile;
  }

  private Schedule schedule(ProfileNotes notes) {
    if (ofFile() != null) {
      return ofFile();
    }
    Schedule recorded = schedule == null ? notes.schedule() : Schedules.of(schedule);
    return recorded == null ? Schedules.ONE_FORWARD_ONE_BACKWARD : recorded;
  }

  private static int microbatches(Schedule schedule, ProfileNotes notes, Integer asked) {
    if (schedule instanceof JsonSchedule graph) {
      return graph.microbatches();
    }
    if (schedule instanceof RecordedSchedule recorded) {
      return recorded.microbatches();
    }
    Integer microbatches = asked == null ? notes.numMicrobatches() : asked;
    if (microbatches == null) {
      throw new UserError(
          notes.source()
              + " does not say how many microbatches an iteration has; give --num-microbatches.");
    }
    return microbatches;
  }
}
