package perseus.planner.rounding;

import perseus.planner.network.OptionTables;

/**
 * Exchanges the options of computations of the same kind on a rank where the rank then changes its
 * clock less often. The plan's energy stays the same, since both computations have the same
 * options.
 *
 * <p>For plans in which changes of clock take no time; fewer changes are only a convenience there.
 * Time: one pass over all pairs of computations at most {@link #MAX_DISTANCE} apart, with one
 * {@link PlanTiming#set} or two per exchange.
 */
final class FewerClockChanges {
  /**
   * Maximum distance, in positions of a rank's order, between two computations that are exchanged.
   * Limit for time. In the steady part of 1F1B the next computation of the same kind is 2 positions
   * away.
   */
  private static final int MAX_DISTANCE = 3;

  private final PlanTiming timing;
  private final OptionTables network;

  /**
   * @param timing a plan that is in time, for a problem in which changes of clock take no time
   */
  FewerClockChanges(PlanTiming timing) {
    this.timing = timing;
    this.network = timing.network();
  }

  /** Makes every exchange that saves changes of clock and leaves the plan in time. */
  void exchangeAll() {
    for (int[] lane : network.computations) {
      for (int i = 0; i < lane.length; i++) {
        for (int k = i + 1; k <= Math.min(lane.length - 1, i + MAX_DISTANCE); k++) {
          if (exchangeSavesChanges(lane, i, k)) {
            exchange(lane[i], lane[k]);
          }
        }
      }
    }
  }

  private boolean exchangeSavesChanges(int[] lane, int i, int k) {
    int a = lane[i];
    int b = lane[k];
    if (network.options[a] != network.options[b] || timing.choice(a) == timing.choice(b)) {
      return false;
    }
    int before = changesAround(lane, i, k);
    swapChoices(a, b);
    int after = changesAround(lane, i, k);
    swapChoices(a, b);
    return after < before;
  }

  private int changesAround(int[] lane, int i, int k) {
    return k == i + 1
        ? timing.clockChanges(lane, i, k + 1)
        : timing.clockChanges(lane, i, i + 1) + timing.clockChanges(lane, k, k + 1);
  }

  /** Swaps two options without an update of the times, which must be undone before any update. */
  private void swapChoices(int a, int b) {
    int[] choices = timing.choices();
    int choice = choices[a];
    choices[a] = choices[b];
    choices[b] = choice;
  }

  /** Swaps two options, unless the plan would then be late. */
  private void exchange(int a, int b) {
    int slowChoice = Math.max(timing.choice(a), timing.choice(b));
    int fastChoice = Math.min(timing.choice(a), timing.choice(b));
    int slowOne = timing.choice(a) == slowChoice ? a : b;
    int fastOne = slowOne == a ? b : a;
    // The slow operation becomes faster first, which leaves time for the other.
    timing.set(slowOne, fastChoice);
    if (network.ticks[fastOne][slowChoice] <= timing.available(fastOne)) {
      timing.set(fastOne, slowChoice);
    } else {
      timing.set(slowOne, slowChoice);
    }
  }
}
