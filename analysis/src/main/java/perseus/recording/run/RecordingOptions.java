package perseus.recording.run;

import java.util.List;
import perseus.io.UserError;
import perseus.recording.log.IterationRange;

/**
 * Holds the command-line flags that describe a recording. A flag that the user did not give is
 * null, and the value in {@code run.json} is used. Without {@code run.json}, the default value of
 * the flag is used. Without {@code run.json}, a flag without a default value is required.
 *
 * @param numMicrobatches number of microbatches that one pipeline processes in an iteration
 * @param numProfSteps number of iterations at each frequency
 * @param frequencies frequencies in MHz in the order in which they ran, without warm-ups
 * @param warmupSchedules number of warm-ups at the highest frequency before the first measured
 *     frequency; default 2. Each warm-up has {@code numProfSteps} iterations.
 * @param frequencyOfDirectory frequency in MHz of each directory, in the order of the directories,
 *     in place of {@code frequencies}
 * @param ppDegree number of pipeline stages; default: number of ranks divided by {@code dpDegree}
 *     and {@code tpDegree}
 * @param dpDegree number of data-parallel pipelines; default 1
 * @param tpDegree number of GPUs that share one stage of one pipeline; default 1
 * @param rankOrder order of the global ranks; default {@link RankOrder#DP_TP_PP}
 * @param iterations iterations to analyze; default: all iterations
 */
public record RecordingOptions(
    Integer numMicrobatches,
    Integer numProfSteps,
    List<Integer> frequencies,
    Integer warmupSchedules,
    List<Integer> frequencyOfDirectory,
    Integer ppDegree,
    Integer dpDegree,
    Integer tpDegree,
    RankOrder rankOrder,
    IterationRange iterations) {

  /**
   * Options of a user who gave no flag about the recording. A recording with {@code run.json} needs
   * no flag.
   */
  public static final RecordingOptions NONE =
      new RecordingOptions(null, null, null, null, null, null, null, null, null, null);

  /**
   * @throws UserError if the user gave a number below the minimum of its flag
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
    if (frequencies != null && frequencyOfDirectory != null) {
      throw new UserError(
          "--frequencies lists the frequencies that ran one after another in each directory, and --frequency-of-directory the one frequency of each directory; give only one of them.");
    }
    frequencies = frequencies == null ? null : List.copyOf(frequencies);
    frequencyOfDirectory = frequencyOfDirectory == null ? null : List.copyOf(frequencyOfDirectory);
  }

  /** Creates flags without {@code frequencyOfDirectory}. */
  public RecordingOptions(
      Integer numMicrobatches,
      Integer numProfSteps,
      List<Integer> frequencies,
      Integer warmupSchedules,
      Integer ppDegree,
      Integer dpDegree,
      Integer tpDegree,
      RankOrder rankOrder,
      IterationRange iterations) {
    this(
        numMicrobatches,
        numProfSteps,
        frequencies,
        warmupSchedules,
        null,
        ppDegree,
        dpDegree,
        tpDegree,
        rankOrder,
        iterations);
  }

  /**
   * Returns the flags that apply to one directory. If the user gave one frequency for each
   * directory, the result has only the frequency of directory {@code i}. The default number of
   * warm-ups is 0 in this case.
   *
   * @param i index of the directory, from 0
   * @param directories number of directories
   * @throws UserError if the number of given frequencies differs from the number of directories
   */
  public RecordingOptions ofDirectory(int i, int directories) {
    if (frequencyOfDirectory == null) {
      return this;
    }
    if (frequencyOfDirectory.size() != directories) {
      throw new UserError(
          "--frequency-of-directory lists %d frequencies, but there are %d directories; give one for each directory, in the same order."
              .formatted(frequencyOfDirectory.size(), directories));
    }
    return new RecordingOptions(
        numMicrobatches,
        numProfSteps,
        List.of(frequencyOfDirectory.get(i)),
        warmupSchedules == null ? Integer.valueOf(0) : warmupSchedules,
        null,
        ppDegree,
        dpDegree,
        tpDegree,
        rankOrder,
        iterations);
  }

  private static void requirePositive(String flag, Integer value) {
    if (value != null && value < 1) {
      throw new UserError(flag + " must be 1 or more, not " + value + ".");
    }
  }
}
