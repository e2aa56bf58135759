package perseus.control.policy;

import java.util.List;
import java.util.Map;
import perseus.control.Quantity;
import perseus.control.RankResult;

/**
 * Computes the mean time, energy and power of an iteration of the whole job, and the cost of an
 * iteration as the Zeus project defines it. The two schedulers of the Zeus project, which are
 * baselines for comparison, minimize the cost of an iteration.
 *
 * @param timeSeconds mean time that the slowest stage needs for an iteration, in seconds
 * @param energyJoules mean energy that all stages together need for an iteration, in joules
 * @param powerWatts mean power that all stages together draw, in watts
 */
record StageTotals(double timeSeconds, double energyJoules, double powerWatts) {
  /**
   * @param stages for each stage, the combined result of its ranks; there is at least one stage
   */
  static StageTotals of(List<RankResult> stages, WarmupShare warmup) {
    return new StageTotals(
        Quantity.TIME.join(stages.stream().mapToDouble(stage -> warmup.mean(stage.iterTime()))),
        Quantity.ENERGY.join(stages.stream().mapToDouble(stage -> warmup.mean(stage.iterEnergy()))),
        Quantity.ENERGY.join(stages.stream().mapToDouble(warmup::meanPower)));
  }

  /**
   * Computes the cost of an iteration in joules, which Zeus defines as {@code (eta * power + (1 -
   * eta) * maximum power) * time}.
   *
   * @param eta weight of the energy in the cost, from 0 (the cost does not depend on the energy) to
   *     1 (the cost is the energy)
   * @param maximumWatts sum of the highest power limits of all GPUs, in watts. If the scheduler
   *     ZeusLocalPowerState sets frequencies, {@code maximumWatts} is instead the sum of the
   *     highest clocks of all GPUs, in MHz.
   */
  double cost(double eta, double maximumWatts) {
    return (eta * powerWatts + (1 - eta) * maximumWatts) * timeSeconds;
  }

  /**
   * Returns a map with the time in seconds and the energy in joules of an iteration. The keys of
   * this map are the names {@code time} and {@code energy}, which the result files of Zeus use.
   */
  Map<String, Double> timeAndEnergy() {
    return Map.of("time", timeSeconds, "energy", energyJoules);
  }
}
