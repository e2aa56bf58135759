package perseus.planner.rounding;

import perseus.planner.network.OptionTables;

/**
 * Reduces the number of changes of clock (GPU frequency) by swaps of options (frequencies) between
 * two computations. The two computations must be on the same rank and have the same list of
 * options. The plan's energy stays the same, because each of the two computations only gets the
 * option of the other.
 *
 * <p>This class is for plans in which a clock change takes no time. If clock changes take no time,
 * fewer clock changes are convenient, but save neither time nor energy. The search makes one pass
 * over all pairs of computations that are at most {@link #MAX_DISTANCE} positions apart. Each swap
 * of options takes two calls of {@link PlanTiming#set}, even if the swap is undone.
 */
final class FewerClockChanges {
  /**
   * Maximum distance between two swapped computations, in positions of the rank's execution order.
   * A larger maximum distance would make the search slower. In the steady part of the 1F1B schedule
   * (one forward, one backward, in turn), the next computation with the same options (frequencies)
   * is 2 positions away.
   */
  private static final int MAX_DISTANCE = 3;

  private final PlanTiming timing;
  private final OptionTables network;

  /**
   * @param timing the times of a plan that ends by its deadline, for a problem in which clock
   *     changes take no time
   */
  FewerClockChanges(PlanTiming timing) {
    this.timing = timing;
    this.network = timing.network();
  }

  /**
   * Swaps options (frequencies) wherever a swap saves changes of clock, unless the plan would then
   * miss its deadline (latest end of the iteration).
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
   * Swaps the options (frequencies) of two computations without updating the plan's times. The
   * caller must undo the swap before the times are updated.
   */
  private void swapChoices(int a, int b) {
    int[] choices = timing.choices();
    int choice = choices[a];
    choices[a] = choices[b];
    choices[b] = choice;
  }

  /**
   * Swaps the options (frequencies) of two computations, unless the plan would then miss its
   * deadline (latest end of the iteration).
   */
  private void exchange(int a, int b) {
    int slowChoice = Math.max(timing.choice(a), timing.choice(b));
    int fastChoice = Math.min(timing.choice(a), timing.choice(b));
    int slowOne = timing.choice(a) == slowChoice ? a : b;
    int fastOne = slowOne == a ? b : a;
    // The slow computation gets the faster option first, so that more time is left for the other
    // computation.
    timing.set(slowOne, fastChoice);
    if (network.ticks[fastOne][slowChoice] <= timing.available(fastOne)) {
      timing.set(fastOne, slowChoice);
    } else {
      timing.set(slowOne, slowChoice);
    }
  }
}
