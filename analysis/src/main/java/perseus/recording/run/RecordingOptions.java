package perseus.recording.run;

import java.util.List;
import perseus.io.UserError;
import perseus.recording.log.IterationRange;

/**
 * What a user says about a recording. A null says nothing: the run manifest or the default counts.
 *
 * @param numMicrobatches microbatches of one pipeline in an iteration
 * @param numProfSteps iterations of one frequency
 * @param frequencies frequencies in MHz in the order in which they ran, warm-ups not among them
 * @param warmupSchedules windows before the first frequency, run at the highest; default 2
 * @param ppDegree pipeline stages; default: as many as ranks
 * @param dpDegree data-parallel pipelines; default 1
 * @param tpDegree GPUs that share one stage of one pipeline; default 1
 * @param rankOrder how global ranks are numbered; default {@link RankOrder#DP_TP_PP}
 * @param iterations iterations to analyze; default all
 */
public record RecordingOptions(
    Integer numMicrobatches,
    Integer numProfSteps,
    List<Integer> frequencies,
    Integer warmupSchedules,
    Integer ppDegree,
    Integer dpDegree,
    Integer tpDegree,
    RankOrder rankOrder,
    IterationRange iterations) {

  /** Says nothing: all is in {@code run.json}. */
  public static final RecordingOptions NONE =
      new RecordingOptions(null, null, null, null, null, null, null, null, null);

  public RecordingOptions {
    requirePositive("--num-microbatches", numMicrobatches);
    requirePositive("--num-prof-steps", numProfSteps);
    requirePositive("--pp", ppDegree);
    requirePositive("--dp", dpDegree);
    requirePositive("--tp", tpDegree);
    if (warmupSchedules != null && warmupSchedules < 0) {
      throw new UserError("--warmup-schedules must not be below 0.");
    }
    frequencies = frequencies == null ? null : List.copyOf(frequencies);
  }

  /** The same options for a few iterations only. */
  public RecordingOptions withIterations(IterationRange range) {
    return new RecordingOptions(
        numMicrobatches,
        numProfSteps,
        frequencies,
        warmupSchedules,
        ppDegree,
        dpDegree,
        tpDegree,
        rankOrder,
        range);
  }

  private static void requirePositive(String flag, Integer value) {
    if (value != null && value < 1) {
      throw new UserError(flag + " must be 1 or more, not " + value + ".");
    }
  }
}
