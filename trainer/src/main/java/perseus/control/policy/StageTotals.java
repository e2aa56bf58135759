package perseus.control.policy;

import java.util.List;
import java.util.Map;
import perseus.control.Quantity;
import perseus.control.RankResult;

/**
 * Computes the mean time, energy and power of an iteration of the whole job, and the cost of an
 * iteration as Zeus defines it. The two schedulers of Zeus, which are baselines for comparison,
 * minimize this cost.
 *
 * @param timeSeconds time of the slowest stage, in seconds
 * @param energyJoules energy of all stages together, in joules
 * @param powerWatts power of all stages together, in watts
 */
record StageTotals(double timeSeconds, double energyJoules, double powerWatts) {
  /**
   * @param stages combined result of the ranks of each stage; at least one stage
   */
  static StageTotals of(List<RankResult> stages, WarmupShare warmup) {
    return new StageTotals(
        Quantity.TIME.join(stages.stream().mapToDouble(stage -> warmup.mean(stage.iterTime()))),
        Quantity.ENERGY.join(stages.stream().mapToDouble(stage -> warmup.mean(stage.iterEnergy()))),
        Quantity.ENERGY.join(stages.stream().mapToDouble(warmup::meanPower)));
  }

  /**
   * Computes the cost of an iteration as Zeus defines it: {@code (eta * power + (1 - eta) * maximum
   * power) * time}, in joules.
   *
   * @param eta weight of energy against time, from 0 to 1
   * @param maximumWatts sum of the highest power limits of all GPUs, in watts; ZeusLocalPowerState
   *     passes a sum of clocks in MHz if it sets frequencies
   */
  double cost(double eta, double maximumWatts) {
    return (eta * powerWatts + (1 - eta) * maximumWatts) * timeSeconds;
  }

  /**
   * Returns the time in seconds and the energy in joules. The keys of the map are the names that
   * the result files of Zeus use.
   */
  Map<String, Double> timeAndEnergy() {
    return Map.of("time", timeSeconds, "energy", energyJoules);
  }
}
