package perseus.recording.run;

import java.util.List;
import perseus.io.UserError;
import perseus.recording.log.IterationRange;

/**
 * Holds the command-line options with which a user describes a recording. If the user did not give
 * an option, its component is null, and the value in {@code run.json} is used. For a recording
 * without {@code run.json}, the default value of an option is used. An option without a default
 * value is required for a recording without {@code run.json}.
 *
 * @param numMicrobatches number of microbatches that one pipeline processes in an iteration
 * @param numProfSteps number of iterations that ran at each frequency
 * @param frequencies frequencies in MHz in the order in which they ran, without warm-ups
 * @param warmupSchedules number of warm-up phases at the highest frequency before the first
 *     measured frequency, each with {@code numProfSteps} iterations; default 2
 * @param ppDegree number of pipeline stages; default: the number of all ranks, divided by {@code
 *     dpDegree} and by {@code tpDegree}
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

  /**
   * Contains no option of the user, which is sufficient for a recording that has {@code run.json}.
   */
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
