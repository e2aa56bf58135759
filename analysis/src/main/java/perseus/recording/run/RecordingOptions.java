package perseus.recording.run;

import java.util.List;
import perseus.io.UserError;
import perseus.recording.log.IterationRange;

/**
 * Holds the command-line options with which a user describes a recording. If the user did not give
 * an option, its component of this record is null, and the value in {@code run.json} is used. If
 * the recording has no {@code run.json}, the default value of the option is used. An option without
 * a default value is required for a recording without {@code run.json}.
 *
 * @param numMicrobatches number of microbatches that one pipeline processes in an iteration
 * @param numProfSteps number of iterations that ran at each frequency
 * @param frequencies frequencies in MHz in the order in which they ran, without warm-ups
 * @param warmupSchedules number of warm-up phases at the highest frequency before the first
 *     measured frequency; default 2. Each warm-up phase has {@code numProfSteps} iterations.
 * @param ppDegree number of pipeline stages. The default is the number of all ranks, divided by
 *     {@code dpDegree} and by {@code tpDegree}.
 * @param dpDegree number of data-parallel pipelines; default 1
 * @param tpDegree number of GPUs that share one stage of one pipeline; default 1
 * @param rankOrder order in which the global ranks are numbered; default {@link RankOrder#DP_TP_PP}
 * @param iterations iterations to analyze; default: all iterations
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

  /** Options of a user who gave none. A recording with {@code run.json} needs no options. */
  public static final RecordingOptions NONE =
      new RecordingOptions(null, null, null, null, null, null, null, null, null);

  /**
   * @throws UserError if the user gave a number below the smallest allowed value of its option
   */
  public RecordingOptions {
    requirePositive("--num-microbatches", numMicrobatches);
    requirePositive("--num-prof-steps", numProfSteps);
    requirePositive("--pp", ppDegree);
    requirePositive("--dp", dpDegree);
    requirePositive("--tp", tpDegree);
    if (warmupSchedules != null && warmupSchedules < 0) {
      throw new UserError("--warmup-schedules must be 0 or more, not " + warmupSchedules + ".");
    }
    frequencies = frequencies == null ? null : List.copyOf(frequencies);
  }

  private static void requirePositive(String flag, Integer value) {
    if (value != null && value < 1) {
      throw new UserError(flag + " must be 1 or more, not " + value + ".");
    }
  }
}
