package perseus.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import perseus.io.UserError;

/**
 * The contents of {@code profile.json}: everything about a profile that is not in its rows. Unknown
 * values are null.
 *
 * @param schemaVersion version of the file's layout, now 1
 * @param source where the profile came from: directories, a model or a GPU
 * @param simulated whether the energies come from a simulated GPU
 * @param model name of the model
 * @param gpu name of the GPU
 * @param attribution method of the attribution: {@code deconvolution} or {@code interpolation}
 * @param blockingWatts power of one GPU while it waits for another stage, in watts: the mean over
 *     the GPUs of all stages
 * @param stageBlockingWatts power of one GPU of each stage while it waits, in watts
 * @param gpusPerStage number of GPUs whose energy a row of each stage sums
 * @param stageTransferSeconds for each stage except the last, the time in seconds that an
 *     activation takes to the next stage, and a gradient back
 * @param lagSeconds lag of the energy counter
 * @param numMicrobatches number of microbatches in an iteration of the profiled run
 * @param trainSchedule pipeline schedule of the profiled run
 * @param warnings reasons to doubt the profile, one sentence each
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
    List<String> warnings) {

  /** The version of the file's layout that is written and read. */
  public static final int SCHEMA_VERSION = 1;

  public ProfileNotes {
    warnings = warnings == null ? List.of() : warnings;
  }

  /**
   * Checks the values.
   *
   * @param name name of the notes in messages, such as their file
   * @throws UserError if a number of GPUs is below 1, a power or a transfer is negative or not
   *     finite, or a warning is null
   */
  void requireSensible(String name) {
    requireFrom(0, name, "blocking_watts", blockingWatts == null ? null : List.of(blockingWatts));
    requireFrom(0, name, "stage_blocking_watts", stageBlockingWatts);
    requireFrom(1, name, "gpus_per_stage", gpusPerStage);
    requireFrom(0, name, "stage_transfer_seconds", stageTransferSeconds);
    if (warnings.stream().anyMatch(Objects::isNull)) {
      throw new UserError(name + " has a null among its warnings.");
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

  /** Returns the notes of a {@code profile.csv} without {@code profile.json}: only its source. */
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
        List.of());
  }

  /**
   * Returns these notes with the blocking power of one GPU of each stage, in watts, and the number
   * of GPUs of each stage. The overall blocking power becomes the mean over all GPUs.
   */
  public ProfileNotes withBlocking(List<Double> stageWatts, List<Integer> gpus) {
    return copy(meanOverGpus(stageWatts, gpus), stageWatts, gpus);
  }

  /** Mean power of a GPU over all GPUs of all stages, in watts. */
  private static double meanOverGpus(List<Double> stageWatts, List<Integer> gpus) {
    double watts = 0;
    int count = 0;
    for (int s = 0; s < stageWatts.size(); s++) {
      watts += stageWatts.get(s) * gpus.get(s);
      count += gpus.get(s);
    }
    return watts / count;
  }

  /** Returns these notes with the number of GPUs of each stage. */
  public ProfileNotes withGpus(List<Integer> gpus) {
    return copy(blockingWatts, stageBlockingWatts, gpus);
  }

  private ProfileNotes copy(Double watts, List<Double> stageWatts, List<Integer> gpus) {
    return new ProfileNotes(
        schemaVersion,
        source,
        simulated,
        model,
        gpu,
        attribution,
        watts,
        stageWatts == null ? null : List.copyOf(stageWatts),
        gpus == null ? null : List.copyOf(gpus),
        stageTransferSeconds == null ? null : List.copyOf(stageTransferSeconds),
        lagSeconds,
        numMicrobatches,
        trainSchedule,
        List.copyOf(warnings));
  }

  /**
   * Returns the time of a transfer from each of {@code stages} stages except the last to the next,
   * in seconds; 0 where unknown.
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
