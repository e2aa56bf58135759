package perseus.planner.perseus;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import perseus.planner.problem.Plan;
import perseus.planner.switching.ClockAnnealing.Found;
import perseus.planner.switching.ClockTables;

/** Holds the best plan that was found for each of several maximum iteration times. */
final class BestPlans {
  private final double[] targets;
  private final Found[] best;

  /**
   * @param targets maximum iteration times in seconds, in any order
   */
  BestPlans(double[] targets) {
    this.targets = Arrays.stream(targets).sorted().distinct().toArray();
    best = new Found[this.targets.length];
  }

  /** Returns the number of different maximum iteration times. */
  int size() {
    return targets.length;
  }

  double target(int k) {
    return targets[k];
  }

  static Found found(ClockTables tables, int[] settings) {
    Plan plan = tables.plan(settings);
    return new Found(settings, plan.timeSeconds(), plan.effectiveEnergyJoules());
  }

  /** Returns the best plan for a maximum iteration time in seconds; null if there is none. */
  Found within(double seconds) {
    return best[Arrays.binarySearch(targets, seconds)];
  }

  Found best(int k) {
    return best[k];
  }

  /**
   * Compares a plan with the best known plan for each maximum iteration time that the plan meets.
   * The plan that uses less energy is kept.
   */
  void keep(Found found) {
    int position = Arrays.binarySearch(targets, found.seconds());
    int k = position < 0 ? -position - 1 : position;
    while (k < targets.length && (best[k] == null || found.joules() < best[k].joules())) {
      best[k++] = found;
    }
  }

  /**
   * Searches the maximum iteration times in one direction, starting from {@code target}. Returns
   * the first best plan that differs from the best plan of {@code target}; null if there is none.
   *
   * @param target index of the given maximum iteration time
   * @param direction -1 to look at shorter maximum iteration times, 1 to look at longer ones
   */
  Found neighbour(int target, int direction) {
    for (int k = target + direction; k >= 0 && k < targets.length; k += direction) {
      if (best[k] != best[target]) {
        return best[k];
      }
    }
    return null;
  }

  /** Returns the best plans of all maximum iteration times, without duplicates. */
  List<Found> all() {
    return Arrays.stream(best).filter(Objects::nonNull).distinct().toList();
  }
}
