package perseus.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import perseus.io.UserError;

/**
 * Holds the contents of {@code profile.json}: all values of a profile that are not in its rows.
 * Unknown values are null.
 *
 * @param schemaVersion version of the file's format, which is 1
 * @param source text that says where the profile comes from, such as the directories of the
 *     recording
 * @param simulated whether the energies come from a simulated GPU
 * @param model name of the model
 * @param gpu name of the GPU
 * @param attribution method by which energies were attributed to instructions: {@code
 *     deconvolution} or {@code interpolation}
 * @param blockingWatts mean blocking power over the GPUs of all stages, in watts; blocking power is
 *     the power of one GPU while it waits for another stage
 * @param stageBlockingWatts blocking power of one GPU of each stage, in watts
 * @param gpusPerStage number of GPUs of each stage; the energy of a row is the sum over these GPUs
 * @param stageTransferSeconds for each stage except the last, the time in seconds of a transfer to
 *     the next stage (activation) or back (gradient)
 * @param lagSeconds lag of the energy counter in seconds: the delay between the use of energy and
 *     the reading that contains this energy
 * @param numMicrobatches number of microbatches in an iteration of the profiled run
 * @param trainSchedule name of the pipeline schedule of the profiled run
 * @param warnings reasons why the profile may be wrong, one sentence each
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

  /** The version of the file's format that this class reads and writes. */
  public static final int SCHEMA_VERSION = 1;

  public ProfileNotes {
    warnings = warnings == null ? List.of() : warnings;
  }

  /**
   * Checks whether the values are valid.
   *
   * @param name name of the notes in error messages, such as the name of their file
   * @throws UserError if a number of GPUs is below 1, if a power or a transfer time is negative or
   *     not finite, or if a warning is null
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

  /**
   * Returns notes for a {@code profile.csv} without {@code profile.json}. In these notes, only the
   * source of the profile is known.
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
        List.of());
  }

  /**
   * Returns a copy of these notes with other blocking powers and other numbers of GPUs. The overall
   * blocking power of the copy is the mean over all GPUs.
   *
   * @param stageWatts blocking power of one GPU of each stage, in watts
   * @param gpus number of GPUs of each stage
   */
  public ProfileNotes withBlocking(List<Double> stageWatts, List<Integer> gpus) {
    return copy(meanOverGpus(stageWatts, gpus), stageWatts, gpus);
  }

  /** Computes the mean power of one GPU over all GPUs of all stages, in watts. */
  private static double meanOverGpus(List<Double> stageWatts, List<Integer> gpus) {
    double watts = 0;
    int count = 0;
    for (int s = 0; s < stageWatts.size(); s++) {
      watts += stageWatts.get(s) * gpus.get(s);
      count += gpus.get(s);
    }
    return watts / count;
  }

  /** Returns a copy of these notes with another number of GPUs for each stage. */
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
   * Returns the time of a transfer from each stage to the next stage, in seconds. If the time of a
   * transfer is unknown, the result contains 0.
   *
   * @param stages number of stages; the result has {@code stages - 1} entries
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
