package perseus.savings;

import java.util.Comparator;
import java.util.Locale;

/** Which plan a pipeline runs while it has to wait for a straggler. */
public enum StragglerRule {
  /** The slowest that keeps up with the straggler: how the paper evaluates measured plans. */
  SLOWEST {
    @Override
    Comparator<Iteration> order(double blockingWatts) {
      return Comparator.comparingDouble(Iteration::timeSeconds).reversed();
    }
  },

  /** The one of least energy, waiting not counted: how the paper evaluates emulated fleets. */
  LEAST_ENERGY {
    @Override
    Comparator<Iteration> order(double blockingWatts) {
      return Comparator.comparingDouble(Iteration::energyJoules);
    }
  },

  /** The one of least energy, waiting counted. */
  BEST {
    @Override
    Comparator<Iteration> order(double blockingWatts) {
      return Comparator.comparingDouble(
          iteration -> iteration.energyJoules() - blockingWatts * iteration.timeSeconds());
    }
  };

  /** What comes first is run. */
  abstract Comparator<Iteration> order(double blockingWatts);

  /**
   * The iteration that {@code policy} runs when the straggler takes {@code endSeconds}: its fastest
   * where none is over by then.
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
