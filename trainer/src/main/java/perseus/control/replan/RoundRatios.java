package perseus.control.replan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.planner.problem.Plan;

/**
 * Compares what the ranks measured in one round with what the profile predicts for the plan of the
 * round.
 *
 * <p>The time of an instruction of a stage at a clock is the mean over its executions, on the rank
 * where it is longest. Times of single executions are reliable. Energies of single executions are
 * not, because energy counters lag behind and step rarely; so energies are compared for all
 * computations of a lane together ({@link LaneRatios}).
 *
 * @param times ratio of measured to predicted time, for each row of the profile that the plan uses
 * @param energies for each lane, the ratio of the measured to the predicted energy of its
 *     computations; lanes without energies are missing
 */
record RoundRatios(Map<Cell, Ratio> times, Map<Integer, LaneEnergy> energies) {
  /**
   * Holds the energy of the computations of a lane.
   *
   * @param ratio ratio of measured to predicted energy
   * @param joules predicted energy of the executions of each row in an iteration, in joules
   */
  record LaneEnergy(Ratio ratio, Map<Cell, Double> joules) {
    double totalJoules() {
      return joules.values().stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  /**
   * @param plan the plan that all given ranks ran, with the times and energies of the profile
   * @param gpus number of GPUs whose energy the profile sums, for each stage
   * @param ranks some or all ranks of the job
   * @param results the results of these ranks, in the same order
   */
  static RoundRatios of(Plan plan, int[] gpus, List<RankInfo> ranks, List<RankResult> results) {
    Map<Integer, List<LaneRatios.Member>> lanes = new TreeMap<>();
    for (int i = 0; i < ranks.size(); i++) {
      lanes
          .computeIfAbsent(ranks.get(i).ppRank(), lane -> new ArrayList<>())
          .add(new LaneRatios.Member(ranks.get(i), results.get(i)));
    }
    Map<Cell, Ratio> times = new HashMap<>();
    Map<Integer, LaneEnergy> energies = new TreeMap<>();
    lanes.forEach(
        (lane, members) -> {
          LaneRatios ratios = new LaneRatios(plan, lane, gpus);
          Map<Cell, Ratio> laneTimes = ratios.times(members);
          times.putAll(laneTimes);
          if (!laneTimes.isEmpty()) {
            ratios.energy(members).ifPresent(energy -> energies.put(lane, energy));
          }
        });
    return new RoundRatios(times, energies);
  }
}
