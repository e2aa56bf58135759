package perseus.savings;

import java.util.Comparator;
import java.util.Locale;

/**
 * Lists the rules by which a pipeline can choose its plan if it has to wait for a straggler (a
 * slower pipeline).
 *
 * <p>Each straggler rule chooses only among plans that are not slower than the straggler.
 */
public enum StragglerRule {
  /**
   * Chooses the slowest plan that is not slower than the straggler (the slower pipeline). The
   * Perseus paper uses {@code SLOWEST} for measured plans.
   */
  SLOWEST {
    @Override
    Comparator<Iteration> order(double blockingWatts) {
      return Comparator.comparingDouble(Iteration::timeSeconds).reversed();
    }
  },

  /**
   * Chooses the plan of minimum iteration energy. Iteration energy does not include the energy that
   * GPUs use while they wait for the straggler. The Perseus paper uses {@code LEAST_ENERGY} for
   * emulated clusters.
   */
  LEAST_ENERGY {
    @Override
    Comparator<Iteration> order(double blockingWatts) {
      return Comparator.comparingDouble(Iteration::energyJoules);
    }
  },

  /**
   * Chooses the plan of minimum energy, including the energy that GPUs use while they wait for the
   * straggler (the slower pipeline).
   */
  BEST {
    @Override
    Comparator<Iteration> order(double blockingWatts) {
      return Comparator.comparingDouble(
          iteration -> iteration.energyJoules() - blockingWatts * iteration.timeSeconds());
    }
  };

  /**
   * Returns a comparator of iterations. The comparator sorts the iterations that this straggler
   * rule prefers to the front.
   *
   * @param blockingWatts power in watts of all GPUs of the pipeline together while they wait
   *     (blocking power)
   */
  abstract Comparator<Iteration> order(double blockingWatts);

  /**
   * Returns the iteration that a pipeline runs if it has to wait for a straggler (a slower
   * pipeline).
   *
   * @param endSeconds iteration time of the straggler in seconds. If every iteration of the policy
   *     is slower than the straggler, the method returns the fastest iteration.
   * @param blockingWatts power in watts of all GPUs of the pipeline together while they wait
   *     (blocking power)
   */
  Iteration choose(Policy policy, double endSeconds, double blockingWatts) {
    return policy.iterations().stream()
        .filter(iteration -> iteration.timeSeconds() <= endSeconds)
        .min(order(blockingWatts))
        .orElseGet(policy::fastest);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
