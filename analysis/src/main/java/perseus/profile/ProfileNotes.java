package perseus.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import perseus.io.UserError;

/**
 * {@code profile.json}: what a profile knows that has no row of its own. Absent values are null.
 *
 * @param schemaVersion version of this file's layout, now 1
 * @param source where the profile came from: directories, a model, a GPU
 * @param simulated whether energies come from a simulated GPU
 * @param model the model's name
 * @param gpu the GPU's name
 * @param attribution how energy was attributed: {@code deconvolution} or {@code interpolation}
 * @param blockingWatts power of one GPU while it waits for another stage, in watts
 * @param stageBlockingWatts the same per stage, in watts of one GPU; null where only the overall
 *     value is known
 * @param gpusPerStage number of GPUs whose energy a row of each stage sums
 * @param stageTransferSeconds per stage but the last, what an activation takes to the next stage,
 *     and a gradient back, in seconds
 * @param lagSeconds how far the energy counter's reading lags behind
 * @param numMicrobatches microbatches per iteration of the profiled run
 * @param trainSchedule pipeline schedule of the profiled run
 * @param warnings what a user should know before believing the profile
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

  public static final int SCHEMA_VERSION = 1;

  public ProfileNotes {
    warnings = warnings == null ? List.of() : warnings;
  }

  /**
   * Refuses notes that nothing can be planned with.
   *
   * @param name how to call them, such as their file
   * @throws UserError if a number of GPUs is below 1, or a power or a transfer is not a number from
   *     0 up
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
      int least, String name, String field, List<? extends Number> values) {
    if (values == null) {
      return;
    }
    for (Number value : values) {
      if (value == null
          || !(value.doubleValue() >= least)
          || Double.isInfinite(value.doubleValue())) {
        throw new UserError(
            "%s has %s in %s, where a number from %d up should be."
                .formatted(name, value, field, least));
      }
    }
  }

  /** Notes of a bare {@code profile.csv}: only where it came from. */
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

  /** These notes with the blocking power of one GPU of each stage, and how many GPUs each has. */
  public ProfileNotes withBlocking(List<Double> stageWatts, List<Integer> gpus) {
    double joint = 0;
    int count = 0;
    for (int s = 0; s < stageWatts.size(); s++) {
      joint += stageWatts.get(s) * gpus.get(s);
      count += gpus.get(s);
    }
    return copy(joint / count, stageWatts, gpus, stageTransferSeconds, warnings);
  }

  /** These notes with how many GPUs each stage has. */
  public ProfileNotes withGpus(List<Integer> gpus) {
    return copy(blockingWatts, stageBlockingWatts, gpus, stageTransferSeconds, warnings);
  }

  /** These notes with what crosses from each stage to the next takes, in seconds. */
  public ProfileNotes withTransfers(List<Double> stageTransfers) {
    return copy(blockingWatts, stageBlockingWatts, gpusPerStage, stageTransfers, warnings);
  }

  /** These notes with other warnings. */
  public ProfileNotes withWarnings(List<String> others) {
    return copy(blockingWatts, stageBlockingWatts, gpusPerStage, stageTransferSeconds, others);
  }

  /** These notes with what planning may give them; absent lists stay absent. */
  private ProfileNotes copy(
      Double watts,
      List<Double> stageWatts,
      List<Integer> gpus,
      List<Double> transfers,
      List<String> theWarnings) {
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
        transfers == null ? null : List.copyOf(transfers),
        lagSeconds,
        numMicrobatches,
        trainSchedule,
        List.copyOf(theWarnings));
  }

  /**
   * What crosses from each of {@code stages} stages to the next takes, in seconds; 0 where unknown.
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
