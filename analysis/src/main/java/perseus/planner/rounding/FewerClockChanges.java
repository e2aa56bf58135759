package perseus.planner.rounding;

import perseus.planner.network.OptionTables;

/**
 * Reduces the number of clock changes in a plan, by swaps of the frequencies of two computations on
 * the same rank. Only computations with equal times and energies at all frequencies are swapped, so
 * the plan's energy stays the same.
 *
 * <p>This class is for problems in which clock changes take no time. In problems of this kind,
 * fewer clock changes are convenient, but save neither time nor energy. The search makes one pass
 * over all pairs of computations that are at most {@link #MAX_DISTANCE} positions apart. Each tried
 * swap takes two calls of {@link PlanTiming#set}.
 */
final class FewerClockChanges {
  /**
   * Maximum distance between two swapped computations, in positions of the rank's execution order.
   * A larger maximum distance would make the search slower. When a stage alternates forwards and
   * backwards, the next computation of the same kind is 2 positions away.
   */
  private static final int MAX_DISTANCE = 3;

  private final PlanTiming timing;
  private final OptionTables network;

  /**
   * @param timing the times of a plan that ends by its deadline
   */
  FewerClockChanges(PlanTiming timing) {
    this.timing = timing;
    this.network = timing.network();
  }

  /**
   * Swaps frequencies wherever a swap saves clock changes, unless the plan would then miss its
   * deadline.
   */
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

  /**
   * Swaps the frequencies of two computations without updating the plan's times. The caller must
   * swap the frequencies back before it updates the times of the plan.
   */
  private void swapChoices(int a, int b) {
    int[] choices = timing.choices();
    int choice = choices[a];
    choices[a] = choices[b];
    choices[b] = choice;
  }

  /** Swaps the frequencies of two computations, unless the plan would then miss its deadline. */
  private void exchange(int a, int b) {
    int slowChoice = Math.max(timing.choice(a), timing.choice(b));
    int fastChoice = Math.min(timing.choice(a), timing.choice(b));
    int slowOne = timing.choice(a) == slowChoice ? a : b;
    int fastOne = slowOne == a ? b : a;
    // The slow computation gets the faster frequency first, so that more time is left for the other
    // computation.
    timing.set(slowOne, fastChoice);
    if (network.ticks[fastOne][slowChoice] <= timing.available(fastOne)) {
      timing.set(fastOne, slowChoice);
    } else {
      timing.set(slowOne, slowChoice);
    }
  }
}
