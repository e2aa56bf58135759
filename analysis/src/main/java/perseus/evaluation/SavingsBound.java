package perseus.evaluation;

import perseus.planner.problem.LowerBound;
import perseus.savings.Iteration;

/**
 * Computes an upper bound on the energy that plans can save, from the lower bound on the energy of
 * an iteration.
 *
 * <p>If an iteration takes one second longer, the lower bound rises by at most the energy of GPUs
 * that wait for one second. A pipeline can also run a faster iteration and then wait until T
 * seconds are over. Therefore the lower bound for T seconds holds for this pipeline too. A pipeline
 * that takes at most T seconds may also stop without waiting. Its energy is then at least the
 * minimum of the lower bound over all times up to T.
 *
 * @param bound lower bound on the energy of an iteration
 * @param allMax iteration with every operation at the highest frequency
 * @param blockingWatts power in watts of all GPUs of the pipeline together while they wait
 * @param pipelines number of pipelines that train together, one of which is the straggler (the
 *     slower pipeline)
 */
record SavingsBound(LowerBound bound, Iteration allMax, double blockingWatts, int pipelines) {

  /**
   * Returns the maximum fraction of the baseline's energy that a plan can save, if it takes at most
   * {@code seconds}.
   */
  double saved(Iteration baseline, double seconds) {
    return 1 - leastEnergy(seconds) / baseline.energyJoules();
  }

  /**
   * Returns the maximum fraction of energy that a plan can save. The time of the plan is at most
   * {@code factor} times the time at the highest frequencies.
   */
  double savedWithin(double factor) {
    return saved(allMax, factor * allMax.timeSeconds());
  }

  /**
   * Returns the maximum fraction of energy that a pipeline can save while it waits for a straggler
   * (a slower pipeline).
   *
   * @param straggler iteration time of the straggler divided by the iteration time of all-max
   *     (every operation at the highest frequency)
   */
  double savedWaiting(double straggler) {
    return 1 - waiting(straggler) / waitingAllMax(straggler);
  }

  /**
   * Returns the maximum fraction of energy that all pipelines together can save. One of the
   * pipelines is the straggler (the slower pipeline). Under the same plan, the straggler needs
   * {@code straggler} times as much time and energy as another pipeline.
   */
  double fleetSaved(double straggler) {
    double others = pipelines - 1;
    double least = others * waiting(straggler) + straggler * leastEnergy(allMax.timeSeconds());
    double without = others * waitingAllMax(straggler) + straggler * allMax.energyJoules();
    return 1 - least / without;
  }

  private double leastEnergy(double seconds) {
    return bound.bound(Math.min(seconds, bound.timeOfLeastEnergy()));
  }

  private double waiting(double straggler) {
    return bound.bound(straggler * allMax.timeSeconds());
  }

  private double waitingAllMax(double straggler) {
    return allMax.energyUntil(straggler * allMax.timeSeconds(), blockingWatts);
  }
}
