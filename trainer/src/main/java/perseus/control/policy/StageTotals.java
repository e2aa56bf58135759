package perseus.control.policy;

import java.util.List;
import java.util.Map;
import perseus.control.Quantity;
import perseus.control.RankResult;

/**
 * Mean time, energy and power of an iteration, from which Zeus's baselines compute their cost.
 *
 * @param timeSeconds time of the slowest stage
 * @param energyJoules energy of all stages together
 * @param powerWatts power of all stages together
 */
record StageTotals(double timeSeconds, double energyJoules, double powerWatts) {
  /**
   * @param stages joint result of each stage; at least one
   */
  static StageTotals of(List<RankResult> stages, WarmupShare warmup) {
    return new StageTotals(
        Quantity.TIME.join(stages.stream().mapToDouble(stage -> warmup.mean(stage.iterTime()))),
        Quantity.ENERGY.join(stages.stream().mapToDouble(stage -> warmup.mean(stage.iterEnergy()))),
        Quantity.ENERGY.join(stages.stream().mapToDouble(warmup::meanPower)));
  }

  /**
   * Computes Zeus's cost of an iteration, {@code (eta * power + (1 - eta) * maximum power) * time},
   * in joules.
   *
   * @param eta weight of energy against time, from 0 to 1
   * @param maximumWatts highest power limit of all GPUs together
   */
  double cost(double eta, double maximumWatts) {
    return (eta * powerWatts + (1 - eta) * maximumWatts) * timeSeconds;
  }

  /** Returns time in seconds and energy in joules by the names that Zeus's result files have. */
  Map<String, Double> timeAndEnergy() {
    return Map.of("time", timeSeconds, "energy", energyJoules);
  }
}
