package perseus.evaluation;

import perseus.planner.problem.LowerBound;
import perseus.savings.Iteration;

/**
 * Computes an upper bound on the energy that plans can save, from the lower bound L(T) on the
 * energy of an iteration of T seconds.
 *
 * <p>All-max (every operation at the highest frequency) takes T0 seconds and E0 joules, and the
 * GPUs of a pipeline together draw W watts while they wait. If the iteration may take longer, the
 * lower bound L(T) increases by at most W joules per additional second. A pipeline that ends its
 * iteration within T seconds and waits until second T therefore uses at least L(T) joules. Let T*
 * be the iteration time at which L(T) is minimal. A pipeline that may take T seconds and does not
 * wait uses at least L(min(T, T*)) joules.
 *
 * @param bound lower bound on the energy of an iteration
 * @param allMax iteration with every operation at the highest frequency
 * @param blockingWatts power in watts of all GPUs of the pipeline together while they wait
 * @param pipelines number of pipelines of the fleet, one of which is the straggler (the slower
 *     pipeline)
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
   * Returns the maximum fraction of energy that a plan can save, if its iteration takes at most
   * {@code factor} times as long as all-max.
   */
  double savedWithin(double factor) {
    return saved(allMax, factor * allMax.timeSeconds());
  }

  /**
   * Returns the maximum fraction of energy that a pipeline can save while it waits for a straggler
   * (a slower pipeline).
   *
   * @param straggler iteration time of the straggler divided by the iteration time of all-max
   */
  double savedWaiting(double straggler) {
    return 1 - waiting(straggler) / waitingAllMax(straggler);
  }

  /**
   * Returns the maximum fraction of energy that all pipelines together can save. One of the
   * pipelines is the straggler (the slower pipeline). An iteration of the straggler takes {@code
   * straggler} times the time and {@code straggler} times the energy of another pipeline's
   * iteration under the same plan.
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
