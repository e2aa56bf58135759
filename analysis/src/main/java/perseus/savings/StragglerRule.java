package perseus.savings;

import java.util.Comparator;
import java.util.Locale;

/** The rule by which a pipeline chooses its plan while it waits for a straggler. */
public enum StragglerRule {
  /**
   * The slowest plan that is not slower than the straggler; the paper evaluates measured plans so.
   */
  SLOWEST {
    @Override
    Comparator<Iteration> order(double blockingWatts) {
      return Comparator.comparingDouble(Iteration::timeSeconds).reversed();
    }
  },

  /**
   * The plan of minimum energy without the energy of waiting; the paper evaluates emulated fleets
   * so.
   */
  LEAST_ENERGY {
    @Override
    Comparator<Iteration> order(double blockingWatts) {
      return Comparator.comparingDouble(Iteration::energyJoules);
    }
  },

  /** The plan of minimum energy including the energy of waiting. */
  BEST {
    @Override
    Comparator<Iteration> order(double blockingWatts) {
      return Comparator.comparingDouble(
          iteration -> iteration.energyJoules() - blockingWatts * iteration.timeSeconds());
    }
  };

  /** Returns an order whose first iteration is chosen. */
  abstract Comparator<Iteration> order(double blockingWatts);

  /**
   * Returns the iteration that a policy runs while it waits for a straggler.
   *
   * @param endSeconds iteration time of the straggler; if every iteration of the policy takes
   *     longer, the fastest is returned
   * @param blockingWatts power of the pipeline while it waits
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
