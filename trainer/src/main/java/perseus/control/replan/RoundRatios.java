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
 * Compares the times and energies that ranks measured under one frequency schedule with the
 * predictions of the profile.
 *
 * <p>The time of an instruction of a stage at one clock is the mean over its executions on one
 * rank. If several ranks execute an instruction, the longest of their times is used. Energies of
 * single executions are not compared, because an energy counter changes late and rarely. The
 * energies of the forwards and backwards are compared as one sum for all ranks with the same
 * position in their pipelines ({@link LaneRatios}).
 *
 * @param times for each row of the profile that the plan uses, the measured time divided by the
 *     predicted time
 * @param energies for each position in a pipeline, the measured energy of forwards and backwards
 *     divided by the predicted energy
 */
record RoundRatios(Map<Cell, Ratio> times, Map<Integer, LaneEnergy> energies) {
  /**
   * Holds the energy of the forwards and backwards of all ranks with the same position in their
   * pipelines.
   *
   * @param ratio measured energy divided by the predicted energy
   * @param joules for each instruction and clock that the plan uses, the predicted energy in joules
   *     of all executions in an iteration
   */
  record LaneEnergy(Ratio ratio, Map<Cell, Double> joules) {
    double totalJoules() {
      return joules.values().stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  /**
   * @param plan the plan that all given ranks ran, with the predicted times and energies
   * @param gpus for each stage, the number of GPUs whose energies are summed in the profile
   * @param ranks some or all ranks of the job
   * @param results results of the given ranks, in the same order
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
