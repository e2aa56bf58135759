package perseus.evaluation;

import perseus.planner.problem.LowerBound;
import perseus.savings.Iteration;

/**
 * Computes how much energy plans can save at most, from the lower bound L(T) on the energy of an
 * iteration of T seconds.
 *
 * <p>All-max takes T0 seconds and E0 joules, and the GPUs of a pipeline together draw W watts while
 * they wait. L(T) - W T does not grow with T, so a pipeline that must be done after T seconds, and
 * waits until then, uses at least L(T) joules. A pipeline that waits for nobody, and may take T
 * seconds, uses at least the minimum of L up to T, which is L(min(T, T*)).
 *
 * @param bound lower bound on the energy of an iteration
 * @param allMax iteration with every operation at the highest frequency
 * @param blockingWatts power in watts of all GPUs of the pipeline together while they wait
 * @param pipelines number of pipelines of the fleet, one of which is the straggler
 */
record SavingsBound(LowerBound bound, Iteration allMax, double blockingWatts, int pipelines) {

  /** Returns the largest saving of a plan that takes at most {@code seconds}, as a fraction. */
  double saved(Iteration baseline, double seconds) {
    return 1 - leastEnergy(seconds) / baseline.energyJoules();
  }

  /** Returns the largest saving of a plan that takes at most {@code factor} times T0. */
  double savedWithin(double factor) {
    return saved(allMax, factor * allMax.timeSeconds());
  }

  /** Returns the largest saving of a pipeline that waits for a straggler, as a fraction. */
  double savedWaiting(double straggler) {
    return 1 - waiting(straggler) / waitingAllMax(straggler);
  }

  /**
   * Returns the largest saving of all pipelines together, as a fraction. The straggler takes and
   * uses {@code straggler} times as much as another pipeline would under the same plan.
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
