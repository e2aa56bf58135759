package perseus.control.policy;

import java.util.List;
import java.util.Map;
import perseus.control.RankResult;

/**
 * An iteration as Zeus's baselines see it.
 *
 * @param timeSeconds of the slowest stage
 * @param energyJoules of all stages
 * @param powerWatts of all stages
 */
record StageTotals(double timeSeconds, double energyJoules, double powerWatts) {
  static StageTotals of(List<RankResult> stages, WarmupShare warmup) {
    return new StageTotals(
        stages.stream().mapToDouble(stage -> warmup.mean(stage.iterTime())).max().orElseThrow(),
        stages.stream().mapToDouble(stage -> warmup.mean(stage.iterEnergy())).sum(),
        stages.stream().mapToDouble(warmup::meanPower).sum());
  }

  /**
   * Zeus's cost of an iteration: energy and time, made comparable by the power of all GPUs.
   *
   * @param eta weight of energy against time
   */
  double cost(double eta, double highestWatts) {
    return (eta * powerWatts + (1 - eta) * highestWatts) * timeSeconds;
  }

  Map<String, Double> timeAndEnergy() {
    return Map.of("time", timeSeconds, "energy", energyJoules);
  }
}
