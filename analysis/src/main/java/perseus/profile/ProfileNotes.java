package perseus.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import perseus.io.UserError;
import perseus.pipeline.RecordedSchedule;
import perseus.pipeline.Schedule;
import perseus.pipeline.Schedules;

/**
 * Holds the contents of {@code profile.json}, which are all values of a stage profile that are not
 * in its rows. Unknown values in the notes of a profile are null.
 *
 * @param schemaVersion version of the format of {@code profile.json}, at most 2
 * @param source origin of the profile, such as the directories of the recording
 * @param simulated whether the energies of the profile come from simulated GPUs
 * @param model name of the trained model
 * @param gpu name of the GPU type of the profiled run
 * @param attribution method ({@code deconvolution} or {@code interpolation}) that computed the
 *     energy of each instruction from the readings of energy counters
 * @param blockingWatts power in watts of one GPU while it waits (blocking power), as the mean over
 *     the GPUs of all stages
 * @param stageBlockingWatts power in watts of one GPU while it waits (blocking power), for each
 *     stage
 * @param gpusPerStage number of GPUs of each stage; a row of the profile holds the summed energy of
 *     these GPUs
 * @param stageTransferSeconds time in seconds of a transfer between a stage and the next stage, for
 *     each stage except the last
 * @param lagSeconds lag of the energy counter in seconds, from the use of energy to its appearance
 *     in the counter
 * @param numMicrobatches number of microbatches in an iteration of the profiled run
 * @param trainSchedule name of the pipeline schedule of the profiled run
 * @param order computations of each rank in the notation of {@link
 *     perseus.pipeline.ScheduleAction}, for a schedule that follows no rule; otherwise null
 * @param throttled requested clocks in MHz that real GPUs did not hold, highest first; null if
 *     there are none or the held clocks are unknown
 * @param switchSeconds median time in seconds from the request of a clock until the GPU runs at it;
 *     null if it was not measured
 * @param sensor lag and smoothing of the GPUs' power sensors; null if they were not estimated
 * @param special computations at positions of an iteration with another time or energy than the
 *     profile row; null for none
 * @param warnings reasons for possible errors of the profile, one sentence each
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProfileNotes(
    int schemaVersion,
    String source,
    Boolean simulated,
    String model,
    String gpu,
    String attribution,
    Double blockingWatts,
    List<Double> stageBlockingWatts,
    List<Integer> gpusPerStage,
    List<Double> stageTransferSeconds,
    Double lagSeconds,
    Integer numMicrobatches,
    String trainSchedule,
    List<List<String>> order,
    List<Integer> throttled,
    Double switchSeconds,
    SensorNotes sensor,
    List<SpecialInstance> special,
    List<String> warnings) {

  /**
   * Version of the format of {@code profile.json} that this program writes. This program also reads
   * version 1 of the format, which lacks {@code sensor} and {@code special}.
   */
  public static final int SCHEMA_VERSION = 2;

  public ProfileNotes {
    warnings = warnings == null ? List.of() : warnings;
  }

  /**
   * Checks whether the values of the notes are valid.
   *
   * @param name name of the notes in error messages, such as the path of {@code profile.json}
   * @throws UserError if a value is out of range or not finite, or if a warning is null
   */
  void requireSensible(String name) {
    requireFrom(0, name, "blocking_watts", blockingWatts == null ? null : List.of(blockingWatts));
    requireFrom(0, name, "stage_blocking_watts", stageBlockingWatts);
    requireFrom(1, name, "gpus_per_stage", gpusPerStage);
    requireFrom(0, name, "stage_transfer_seconds", stageTransferSeconds);
    requireFrom(0, name, "switch_seconds", switchSeconds == null ? null : List.of(switchSeconds));
    if (special != null
        && special.stream().anyMatch(instance -> instance == null || !instance.isSensible())) {
      throw new UserError(
          name
              + " has an entry of \"special\" without a position, or with a ratio that is not above 0.");
    }
    if (warnings.stream().anyMatch(Objects::isNull)) {
      throw new UserError(name + " has null in the list \"warnings\"; it must hold texts.");
    }
  }

  /**
   * Checks that each list with one value per stage has as many values as the profile has stages.
   *
   * @param name name of the notes in error messages, such as the path of {@code profile.json}
   * @param csv path of the profile that contains the stages
   * @throws UserError if a list has another number of values, because the notes belong to another
   *     profile
   */
  void requireStages(String name, Path csv, int stages) {
    requireSize(name, "stage_blocking_watts", stageBlockingWatts, csv, stages, stages);
    requireSize(name, "gpus_per_stage", gpusPerStage, csv, stages, stages);
    requireSize(
        name, "stage_transfer_seconds", stageTransferSeconds, csv, stages, Math.max(0, stages - 1));
  }

  private static void requireSize(
      String name, String field, List<?> values, Path csv, int stages, int size) {
    if (values != null && values.size() != size) {
      throw new UserError(
          "%s is not of the profile %s, which has %d stages: its %s has %d values, but must have %d."
              .formatted(name, csv, stages, field, values.size(), size));
    }
  }

  private static void requireFrom(
      int minimum, String name, String field, List<? extends Number> values) {
    if (values == null) {
      return;
    }
    for (Number value : values) {
      if (value == null
          || !(value.doubleValue() >= minimum)
          || Double.isInfinite(value.doubleValue())) {
        throw new UserError(
            "%s has %s in %s, but it must be a number of at least %d."
                .formatted(name, value, field, minimum));
      }
    }
  }

  /**
   * Returns the name of the trained model from the notes of a profile; empty if the notes do not
   * contain it.
   *
   * @throws UserError if the notes cannot be read
   */
  public static Optional<String> model(Path csv) {
    return Optional.ofNullable(ProfileFiles.readNotes(csv).model());
  }

  /**
   * Returns notes for a {@code profile.csv} without {@code profile.json}, which contain only the
   * source.
   */
  public static ProfileNotes none(String source) {
    return new ProfileNotes(
        SCHEMA_VERSION,
        source,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of());
  }

  /**
   * Returns a copy with other blocking powers (powers of a waiting GPU) and other numbers of GPUs.
   * In the copy, the blocking power of the whole profile is the mean over the GPUs of all stages.
   *
   * @param stageWatts power in watts of one waiting GPU, for each stage
   * @param gpus number of GPUs of each stage
   */
  public ProfileNotes withBlocking(List<Double> stageWatts, List<Integer> gpus) {
    return copy(meanOverGpus(stageWatts, gpus), stageWatts, gpus);
  }

  /** Returns the mean blocking (waiting) power in watts over all GPUs of all stages. */
  private static double meanOverGpus(List<Double> stageWatts, List<Integer> gpus) {
    double watts = 0;
    int count = 0;
    for (int s = 0; s < stageWatts.size(); s++) {
      watts += stageWatts.get(s) * gpus.get(s);
      count += gpus.get(s);
    }
    return watts / count;
  }

  /** Returns a copy of the notes with other numbers of GPUs for the stages. */
  public ProfileNotes withGpus(List<Integer> gpus) {
    return copy(blockingWatts, stageBlockingWatts, gpus);
  }

  /** Returns a copy of the notes with another order of the computations. */
  public ProfileNotes withSchedule(RecordedSchedule schedule) {
    return copy(
        simulated,
        blockingWatts,
        stageBlockingWatts,
        gpusPerStage,
        schedule.name(),
        schedule.order(),
        warnings);
  }

  /** Returns a copy of the notes that marks the GPUs as simulated. */
  public ProfileNotes onSimulatedGpus() {
    return copy(
        true, blockingWatts, stageBlockingWatts, gpusPerStage, trainSchedule, order, warnings);
  }

  /** Returns a copy of the notes with one more warning. */
  public ProfileNotes withWarning(String sentence) {
    List<String> all = Stream.concat(warnings.stream(), Stream.of(sentence)).toList();
    return copy(
        simulated, blockingWatts, stageBlockingWatts, gpusPerStage, trainSchedule, order, all);
  }

  /**
   * Returns the pipeline schedule of the profiled run; null if it is unknown.
   *
   * @throws UserError if the schedule is not known to this program
   */
  public Schedule schedule() {
    if (RecordedSchedule.NAME.equals(trainSchedule)) {
      if (order == null) {
        throw new UserError(source + " does not contain the order of its recorded schedule.");
      }
      return RecordedSchedule.of(source, order);
    }
    return trainSchedule == null ? null : Schedules.of(trainSchedule);
  }

  private ProfileNotes copy(Double watts, List<Double> stageWatts, List<Integer> gpus) {
    return copy(simulated, watts, stageWatts, gpus, trainSchedule, order, warnings);
  }

  private ProfileNotes copy(
      Boolean newSimulated,
      Double watts,
      List<Double> stageWatts,
      List<Integer> gpus,
      String newSchedule,
      List<List<String>> newOrder,
      List<String> newWarnings) {
    return new ProfileNotes(
        schemaVersion,
        source,
        newSimulated,
        model,
        gpu,
        attribution,
        watts,
        stageWatts == null ? null : List.copyOf(stageWatts),
        gpus == null ? null : List.copyOf(gpus),
        stageTransferSeconds == null ? null : List.copyOf(stageTransferSeconds),
        lagSeconds,
        numMicrobatches,
        newSchedule,
        newOrder,
        throttled,
        switchSeconds,
        sensor,
        special,
        List.copyOf(newWarnings));
  }

  /**
   * Returns the transfer time in seconds from each stage except the last to the next stage; 0 if it
   * is unknown.
   */
  public double[] transferSeconds(int stages) {
    double[] seconds = new double[Math.max(0, stages - 1)];
    if (stageTransferSeconds != null) {
      for (int s = 0; s < Math.min(seconds.length, stageTransferSeconds.size()); s++) {
        seconds[s] = stageTransferSeconds.get(s);
      }
    }
    return seconds;
  }
}
