package perseus.control;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * Holds the frequency schedules of all ranks of a job for several consecutive iterations. A round
 * is a sequence of consecutive iterations during which the frequency schedules do not change.
 *
 * @param number index of the round (consecutive iterations with the same frequency schedules), from
 *     0
 * @param warmup true if the iterations only warm up the GPUs. The scheduler ignores the
 *     measurements of iterations that only warm up the GPUs.
 * @param frequencyMhz common clock in MHz (or common power limit in watts) of all forwards and
 *     backwards; null if they have several clocks
 * @param plan name of the frequency plan that the ranks run; null if the frequency schedules have
 *     no name
 * @param schedules frequency schedule of each rank, sorted by global rank. Ranks with equal clocks
 *     or power limits share one list object.
 * @param precision relative standard error of the times and energies of forwards and backwards,
 *     such as 0.01. The iterations end when the measured standard errors are at most {@code
 *     precision}. If {@code precision} is 0, the number of iterations is fixed.
 * @param revisit true if the round (sequence of iterations) repeats the first measured clock or
 *     power limit at the end of a profiling run. The second measurement of the first clock or power
 *     limit is only compared with the first measurement.
 * @param simulated whether the ranks run a plan whose profile was measured on simulated GPUs
 */
public record Round(
    int number,
    boolean warmup,
    Integer frequencyMhz,
    String plan,
    List<FrequencySchedule> schedules,
    double precision,
    boolean revisit,
    boolean simulated) {

  /**
   * Creates a round (sequence of iterations under the same frequency schedules) with a fixed number
   * of iterations.
   */
  public Round(
      int number,
      boolean warmup,
      Integer frequencyMhz,
      String plan,
      List<FrequencySchedule> schedules) {
    this(number, warmup, frequencyMhz, plan, schedules, 0, false, false);
  }

  /**
   * Returns a copy of this round (sequence of iterations) that ends at another relative standard
   * error of times and energies.
   *
   * @param relativeError relative standard error at which the iterations end; 0 for a fixed number
   *     of iterations
   */
  public Round untilPrecise(double relativeError) {
    return new Round(
        number, warmup, frequencyMhz, plan, schedules, relativeError, revisit, simulated);
  }

  /**
   * Returns a copy of this round that is marked as the second measurement of the first clock or
   * power limit.
   */
  public Round asRevisit() {
    return new Round(number, warmup, frequencyMhz, plan, schedules, precision, true, simulated);
  }

  private Round ofSimulatedPlan(boolean isSimulated) {
    return new Round(
        number, warmup, frequencyMhz, plan, schedules, precision, revisit, isSimulated);
  }

  /**
   * Creates frequency schedules in which all ranks run at the same power state (clock or power
   * limit).
   *
   * @param clockMhz clock of all ranks in MHz; a power limit in watts if the scheduler sets power
   *     limits
   */
  public static Round uniform(int number, boolean warmup, List<RankInfo> ranks, int clockMhz) {
    return of(number, warmup, clockMhz, null, ranks, rank -> List.of(clockMhz));
  }

  /**
   * Creates frequency schedules in which all ranks of a pipeline stage run at the same power state
   * (clock or power limit).
   *
   * @param name name of the created frequency schedules
   * @param stateOfStage function that receives the index of a stage and returns the clock or power
   *     limit of the stage
   */
  public static Round perStage(
      int number,
      boolean warmup,
      String name,
      List<RankInfo> ranks,
      IntUnaryOperator stateOfStage) {
    return of(
        number, warmup, null, name, ranks, rank -> List.of(stateOfStage.applyAsInt(rank.ppRank())));
  }

  /**
   * Creates frequency schedules that run a frequency plan in each data-parallel pipeline.
   *
   * @param name name of the created frequency schedules
   * @param planOfRank function that receives a rank and returns the frequency plan of its
   *     data-parallel pipeline
   */
  public static Round planned(
      int number, String name, List<RankInfo> ranks, Function<RankInfo, StagePlan> planOfRank) {
    return of(
            number,
            false,
            null,
            name,
            ranks,
            rank -> planOfRank.apply(rank).stages().get(rank.ppRank()))
        .ofSimulatedPlan(ranks.stream().anyMatch(rank -> planOfRank.apply(rank).simulated()));
  }

  /**
   * @param states function that returns the clocks or power limits of a rank. A list with one clock
   *     or power limit applies to all instructions of the rank. A list with several clocks or power
   *     limits has one for each forward and backward.
   */
  private static Round of(
      int number,
      boolean warmup,
      Integer frequencyMhz,
      String name,
      List<RankInfo> ranks,
      Function<RankInfo, List<Integer>> states) {
    record Key(List<PipeInstruction> pipeSchedule, List<Integer> states) {}
    Map<Key, List<Integer>> shared = new HashMap<>();
    return new Round(
        number,
        warmup,
        frequencyMhz,
        name,
        ranks.stream()
            .map(
                rank ->
                    new FrequencySchedule(
                        rank.rank(),
                        shared.computeIfAbsent(
                            new Key(rank.pipeSchedule(), states.apply(rank)),
                            key ->
                                key.states.size() == 1
                                    ? FrequencySchedule.uniform(key.pipeSchedule, key.states.get(0))
                                    : FrequencySchedule.spread(key.pipeSchedule, key.states))))
            .toList());
  }
}
