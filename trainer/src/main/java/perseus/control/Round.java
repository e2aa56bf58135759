package perseus.control;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * One frequency schedule of a whole job, under which it runs several iterations.
 *
 * @param number number of the round in the job, from 0
 * @param warmup whether the round only warms up the GPUs; its results are then no measurement
 * @param frequencyMhz the clock of all computations; null if they have different clocks or the
 *     round sets power limits
 * @param plan name of the replayed plan, or another name for what the round sets; null for none
 * @param schedules schedule of each rank, in the order of ranks; ranks with equal schedules share
 *     one list of power states
 */
public record Round(
    int number,
    boolean warmup,
    Integer frequencyMhz,
    String plan,
    List<FrequencySchedule> schedules) {

  /** Creates a round that runs all ranks at one clock. */
  public static Round uniform(int number, boolean warmup, List<RankInfo> ranks, int clockMhz) {
    return of(number, warmup, clockMhz, null, ranks, rank -> List.of(clockMhz));
  }

  /**
   * Creates a round with one power state per stage.
   *
   * @param name name of the round
   * @param stateOfStage power state of a stage, by the stage's number
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
   * Creates a round that replays a plan in each pipeline.
   *
   * @param name name of the round
   * @param planOfRank plan of the pipeline that a rank belongs to
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
   * @param states power states of a rank: one for all its instructions, or one per computation
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
