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
 * <p>For each rank, the times of all executions of an instruction at one clock are averaged. If
 * several ranks execute the instruction, the longest of their mean times is used. Energies of
 * single executions are not compared, because an energy counter changes late and rarely. The
 * energies of the forwards and backwards of all ranks with the same position are compared as one
 * sum ({@link PositionRatios}).
 *
 * @param times for each row of the profile that the plan uses, the measured time divided by the
 *     predicted time
 * @param energies for each position in a pipeline, the measured energy of forwards and backwards
 *     divided by the predicted energy
 */
record RoundRatios(Map<Cell, Ratio> times, Map<Integer, PositionEnergy> energies) {
  /**
   * Compares the energy of forwards and backwards of all ranks with the same position in their
   * pipelines with the profile.
   *
   * @param ratio measured energy divided by the predicted energy
   * @param joules for each instruction and clock that the plan uses, the predicted energy in joules
   *     of all its executions in an iteration
   */
  record PositionEnergy(Ratio ratio, Map<Cell, Double> joules) {
    double totalJoules() {
      return joules.values().stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  /**
   * @param plan the plan that all given ranks ran, with the predicted times and energies
   * @param gpus number of GPUs of each stage; an energy in the profile is the sum over these GPUs
   * @param ranks some or all ranks of the job
   * @param results results of the given ranks, in the same order
   */
  static RoundRatios of(Plan plan, int[] gpus, List<RankInfo> ranks, List<RankResult> results) {
    Map<Integer, List<PositionRatios.Member>> positions = new TreeMap<>();
    for (int i = 0; i < ranks.size(); i++) {
      positions
          .computeIfAbsent(ranks.get(i).ppRank(), position -> new ArrayList<>())
          .add(new PositionRatios.Member(ranks.get(i), results.get(i)));
    }
    Map<Cell, Ratio> times = new HashMap<>();
    Map<Integer, PositionEnergy> energies = new TreeMap<>();
    positions.forEach(
        (position, members) -> {
          PositionRatios ratios = new PositionRatios(plan, position, gpus);
          Map<Cell, Ratio> timesOfPosition = ratios.times(members);
          times.putAll(timesOfPosition);
          if (!timesOfPosition.isEmpty()) {
            ratios.energy(members).ifPresent(energy -> energies.put(position, energy));
          }
        });
    return new RoundRatios(times, energies);
  }
}
