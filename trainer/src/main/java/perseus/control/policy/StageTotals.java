package perseus.control.policy;

import java.util.List;
import java.util.Map;
import perseus.control.Quantity;
import perseus.control.RankResult;

/**
 * Computes the mean time, energy and power of an iteration of the whole job, and the cost that Zeus
 * defines for it. Two schedulers of the Zeus project, which serve as baselines, minimize the cost
 * of an iteration.
 *
 * @param timeSeconds mean time in seconds that the slowest stage needs for an iteration
 * @param energyJoules mean energy in joules that all stages together need for an iteration
 * @param powerWatts mean power in watts that all stages together draw
 */
record StageTotals(double timeSeconds, double energyJoules, double powerWatts) {
  /**
   * @param stages for each stage, the combined result of its ranks; at least one stage
   */
  static StageTotals of(List<RankResult> stages, WarmupShare warmup) {
    return new StageTotals(
        Quantity.TIME.join(stages.stream().mapToDouble(stage -> warmup.mean(stage.iterTime()))),
        Quantity.ENERGY.join(stages.stream().mapToDouble(stage -> warmup.mean(stage.iterEnergy()))),
        Quantity.ENERGY.join(stages.stream().mapToDouble(warmup::meanPower)));
  }

  /**
   * Computes the cost of an iteration in joules. Zeus defines it as {@code (eta * power + (1 - eta)
   * * maximum power) * time}.
   *
   * @param eta weight of the energy in the cost. If {@code eta} is 0, the cost does not depend on
   *     the energy. If it is 1, the cost is the energy.
   * @param maximumWatts sum in watts of the highest power limits of all GPUs. If the scheduler
   *     {@code ZeusLocalPowerState} sets frequencies, {@code maximumWatts} is the sum in MHz of the
   *     highest clocks of all GPUs, as in Zeus.
   */
  double cost(double eta, double maximumWatts) {
    return (eta * powerWatts + (1 - eta) * maximumWatts) * timeSeconds;
  }

  /**
   * Returns the time in seconds and the energy in joules of an iteration. The keys of the map are
   * {@code time} and {@code energy}, as in Zeus.
   */
  Map<String, Double> timeAndEnergy() {
    return Map.of("time", timeSeconds, "energy", energyJoules);
  }
}
