package perseus.control;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * Holds the frequency schedules of all ranks of a job for one round. A round consists of
 * consecutive iterations during which the frequency schedules do not change.
 *
 * @param number index of the round (consecutive iterations with the same frequency schedules) in
 *     the job; the first round has the index 0
 * @param warmup true if the round only warms up the GPUs. The scheduler ignores the results of a
 *     warm-up round.
 * @param frequencyMhz common power state of all computations of the round, as in a round that
 *     {@link #uniform} creates; null if no common power state is known. {@code frequencyMhz} is a
 *     clock in MHz or, if the scheduler sets power limits, a power limit in watts.
 * @param plan name of the frequency plan that the round replays, or another text that describes the
 *     power states of the round; null if the round has no name
 * @param schedules frequency schedule of each rank, sorted by global rank. Ranks with equal power
 *     states share one list object.
 * @param precision relative standard error, such as 0.01. The round ends when the times and
 *     energies of all stages' forwards and backwards have at most this relative standard error. If
 *     {@code precision} is 0, the round has a fixed number of iterations instead.
 * @param revisit true if the round repeats the first measured power state at the end of a profiling
 *     run. The results of such a round are only compared with the results of the first measurement.
 * @param simulated whether the round replays a plan whose profile was measured on simulated GPUs
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
   * Creates a round (group of iterations under one frequency schedule) that has a fixed number of
   * iterations and does not repeat the first measured clock or power limit.
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
   * Returns a copy of this round (group of iterations) that ends at another relative standard error
   * of times and energies.
   *
   * @param relativeError relative standard error at which the round ends; 0 for a fixed number of
   *     iterations
   */
  public Round untilPrecise(double relativeError) {
    return new Round(
        number, warmup, frequencyMhz, plan, schedules, relativeError, revisit, simulated);
  }

  /**
   * Returns a copy of this round (group of iterations) that is marked as a repetition of the first
   * measured power state (clock or power limit).
   */
  public Round asRevisit() {
    return new Round(number, warmup, frequencyMhz, plan, schedules, precision, true, simulated);
  }

  private Round ofSimulatedPlan(boolean isSimulated) {
    return new Round(
        number, warmup, frequencyMhz, plan, schedules, precision, revisit, isSimulated);
  }

  /**
   * Creates a round (iterations under one frequency schedule) in which all ranks run at the same
   * power state (clock or power limit).
   *
   * @param clockMhz clock of all ranks in MHz; a power limit in watts if the scheduler sets power
   *     limits
   */
  public static Round uniform(int number, boolean warmup, List<RankInfo> ranks, int clockMhz) {
    return of(number, warmup, clockMhz, null, ranks, rank -> List.of(clockMhz));
  }

  /**
   * Creates a round (iterations under one frequency schedule) in which all ranks of a pipeline
   * stage run at the same power state (clock or power limit).
   *
   * @param name name of the round that this method creates
   * @param stateOfStage function that receives the index of a pipeline stage and returns the power
   *     state (clock or power limit) of this stage
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
   * Creates a round (iterations under one frequency schedule) that replays a frequency plan in each
   * data-parallel pipeline.
   *
   * @param name name of the round that this method creates
   * @param planOfRank function that receives a rank and returns the frequency plan of the rank's
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
   * @param states function that returns the power states (clocks or power limits) of a rank. If the
   *     returned list has one power state, all pipe instructions of the rank get this power state.
   *     If the returned list has several power states, it has one power state for each forward and
   *     backward.
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
