package perseus.control;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * Holds the frequency schedules of all ranks of a job for one round. A round is a number of
 * consecutive iterations during which the schedules do not change.
 *
 * @param number number of the round in the job, from 0
 * @param warmup true if the round only warms up the GPUs, so that its results are not used as a
 *     measurement
 * @param frequencyMhz clock of all computations in MHz if {@link #uniform} created the round, or
 *     their power limit in watts if the scheduler sets power limits; null in other rounds
 * @param plan name of the frequency plan that the round replays, or another text that describes the
 *     power states; null if there is no name
 * @param schedules frequency schedule of each rank, in the order of the ranks' numbers; ranks with
 *     equal schedules share one list object
 */
public record Round(
    int number,
    boolean warmup,
    Integer frequencyMhz,
    String plan,
    List<FrequencySchedule> schedules) {

  /**
   * Creates a round in which all ranks run at one power state.
   *
   * @param clockMhz clock in MHz; a power limit in watts if the scheduler sets power limits
   */
  public static Round uniform(int number, boolean warmup, List<RankInfo> ranks, int clockMhz) {
    return of(number, warmup, clockMhz, null, ranks, rank -> List.of(clockMhz));
  }

  /**
   * Creates a round with one power state per stage.
   *
   * @param name name of the round
   * @param stateOfStage function that returns the power state of a stage with a given number
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
   * Creates a round that replays a frequency plan in each data-parallel pipeline.
   *
   * @param name name of the round
   * @param planOfRank function that returns the plan of the pipeline that a rank belongs to
   */
  public static Round planned(
      int number, String name, List<RankInfo> ranks, Function<RankInfo, StagePlan> planOfRank) {
    return of(
        number,
        false,
        null,
        name,
        ranks,
        rank -> planOfRank.apply(rank).stages().get(rank.ppRank()));
  }

  /**
   * @param states function that returns the power states of a rank: a list with one state for all
   *     instructions of the rank, or with one state for each computation
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
