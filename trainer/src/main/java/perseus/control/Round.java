package perseus.control;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * One frequency schedule of a whole job, to be run for some iterations.
 *
 * @param number position in the run, from 0
 * @param warmup whether it only warms up, and is no measurement
 * @param frequencyMhz the one clock of every computation; null where a plan mixes them, or power
 *     limits are set
 * @param plan the replayed plan's name, or another name of what it sets; null where there is none
 * @param schedules a schedule per rank, in the order of ranks; equal lists of a stage are one list
 */
public record Round(
    int number,
    boolean warmup,
    Integer frequencyMhz,
    String plan,
    List<FrequencySchedule> schedules) {

  /** All ranks at one clock. */
  public static Round uniform(int number, boolean warmup, List<RankInfo> ranks, int clockMhz) {
    return of(number, warmup, clockMhz, null, ranks, rank -> List.of(clockMhz));
  }

  /**
   * A power state per stage.
   *
   * @param name what the schedule is called
   */
  public static Round perStage(
      int number, boolean warmup, String name, List<RankInfo> ranks, IntUnaryOperator state) {
    return of(number, warmup, null, name, ranks, rank -> List.of(state.applyAsInt(rank.ppRank())));
  }

  /**
   * A plan per pipeline.
   *
   * @param plan the plan of a rank's pipeline
   */
  public static Round planned(
      int number, String name, List<RankInfo> ranks, Function<RankInfo, StagePlan> plan) {
    return of(
        number, false, null, name, ranks, rank -> plan.apply(rank).stages().get(rank.ppRank()));
  }

  /**
   * @param states one state for all instructions, or one per computation
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
