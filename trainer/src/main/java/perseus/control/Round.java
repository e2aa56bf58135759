package perseus.control;

import java.util.List;

/**
 * One frequency schedule of a whole job, to be run for some iterations.
 *
 * @param number position in the run, from 0
 * @param warmup whether it only warms up, and is no measurement
 * @param frequencyMhz the one clock of every computation; null where a plan mixes them
 * @param plan the replayed plan's name; null where none is
 * @param schedules a schedule per rank, in the order of ranks
 */
public record Round(
    int number,
    boolean warmup,
    Integer frequencyMhz,
    String plan,
    List<FrequencySchedule> schedules) {

  static Round uniform(int number, boolean warmup, List<RankInfo> ranks, int clockMhz) {
    return new Round(
        number,
        warmup,
        clockMhz,
        null,
        ranks.stream()
            .map(
                rank ->
                    new FrequencySchedule(
                        rank.rank(), FrequencySchedule.uniform(rank.pipeSchedule(), clockMhz)))
            .toList());
  }
}
