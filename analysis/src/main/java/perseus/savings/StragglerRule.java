package perseus.savings;

import java.util.Comparator;
import java.util.Locale;

/**
 * Lists the rules by which a pipeline can choose its plan while it waits for a straggler (a slower
 * pipeline).
 *
 * <p>Each rule considers only plans that are not slower than the straggler.
 */
public enum StragglerRule {
  /** Chooses the slowest plan. The paper uses this rule for measured plans. */
  SLOWEST {
    @Override
    Comparator<Iteration> order(double blockingWatts) {
      return Comparator.comparingDouble(Iteration::timeSeconds).reversed();
    }
  },

  /**
   * Chooses the plan of minimum energy, where the energy of waiting for the straggler is ignored.
   * The paper uses this rule for emulated fleets.
   */
  LEAST_ENERGY {
    @Override
    Comparator<Iteration> order(double blockingWatts) {
      return Comparator.comparingDouble(Iteration::energyJoules);
    }
  },

  /**
   * Chooses the plan of minimum energy, where the energy of waiting for the straggler is included.
   */
  BEST {
    @Override
    Comparator<Iteration> order(double blockingWatts) {
      return Comparator.comparingDouble(
          iteration -> iteration.energyJoules() - blockingWatts * iteration.timeSeconds());
    }
  };

  /**
   * Returns the order in which the rule prefers iterations, the best iteration first.
   *
   * @param blockingWatts power of the pipeline while it waits, in watts
   */
  abstract Comparator<Iteration> order(double blockingWatts);

  /**
   * Returns the iteration that a pipeline runs while it waits for a straggler.
   *
   * @param endSeconds iteration time of the straggler in seconds; if every iteration of the policy
   *     takes longer, the fastest iteration is returned
   * @param blockingWatts power of the pipeline while it waits, in watts
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
