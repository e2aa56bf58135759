package perseus.planner.rounding;

import java.util.PriorityQueue;
import perseus.planner.network.OptionTables;

/**
 * Improves a plan that is in time: gives away its slack, and chooses neighbouring operations'
 * options anew.
 */
final class ExchangeSearch {
  /** Joules that are not worth a change; keeps exchanges from going in circles. */
  private static final double NOTHING = 1e-9;

  private static final int PASSES = 6;

  private final PlanTiming timing;
  private final OptionTables network;

  ExchangeSearch(PlanTiming timing) {
    this.timing = timing;
    this.network = timing.network();
  }

  /** Improves until nothing changes, for a bounded number of passes. */
  void improve() {
    reuseSlack();
    for (int pass = 0; pass < PASSES && exchangeAll(); pass++) {
      reuseSlack();
    }
  }

  private record Step(int operation, int choice, double joulesPerTick) {}

  /**
   * Slows operations down, the one that saves the most energy per second first. Slack only shrinks
   * on the way, so a step that does not fit never will.
   */
  void reuseSlack() {
    PriorityQueue<Step> steps =
        new PriorityQueue<>(
            (a, b) ->
                a.joulesPerTick != b.joulesPerTick
                    ? Double.compare(b.joulesPerTick, a.joulesPerTick)
                    : Integer.compare(a.operation, b.operation));
    for (int j = 0; j < network.operations; j++) {
      offer(steps, j);
    }
    while (!steps.isEmpty()) {
      Step step = steps.poll();
      if (network.ticks[step.operation][step.choice] <= timing.available(step.operation)) {
        timing.set(step.operation, step.choice);
      }
      offer(steps, step.operation);
    }
  }

  /** Offers the step that saves the most energy per second among those that fit now. */
  private void offer(PriorityQueue<Step> steps, int j) {
    long[] ticks = network.ticks[j];
    double[] energies = network.energies[j];
    int from = timing.choice(j);
    long available = timing.available(j);
    int best = -1;
    double most = 0;
    for (int to = from + 1; to < ticks.length && ticks[to] <= available; to++) {
      double saved = (energies[from] - energies[to]) / (ticks[to] - ticks[from]);
      if (saved > most) {
        most = saved;
        best = to;
      }
    }
    if (best >= 0) {
      steps.add(new Step(j, best, most));
    }
  }

  /**
   * Goes through all pairs of operations of which one waits for the other, and chooses both options
   * anew where a better pair fits between what comes before and after.
   *
   * @return whether a pair changed
   */
  private boolean exchangeAll() {
    boolean changed = false;
    for (int i = 0; i < network.operations; i++) {
      int[] successors = network.successors[i];
      for (int s = 0; s < successors.length; s++) {
        changed |= exchange(i, successors[s], network.lagToSuccessor[i][s]);
      }
    }
    return changed;
  }

  private boolean exchange(int i, int k, long lag) {
    long[] ticksI = network.ticks[i];
    long[] ticksK = network.ticks[k];
    long longestI = timing.endBefore(i, k) - timing.start(i);
    long otherStart = timing.startAfter(k, i);
    long end = timing.latestEnd(k);
    double least =
        network.energies[i][timing.choice(i)] + network.energies[k][timing.choice(k)] - NOTHING;
    int bestI = -1;
    int bestK = -1;
    int choiceK = ticksK.length - 1;
    // The slower the first, the faster the second: one walk through both lists of options.
    for (int choiceI = 0; choiceI < ticksI.length && ticksI[choiceI] <= longestI; choiceI++) {
      long available = end - Math.max(timing.start(i) + ticksI[choiceI] + lag, otherStart);
      while (choiceK >= 0 && ticksK[choiceK] > available) {
        choiceK--;
      }
      if (choiceK < 0) {
        break;
      }
      double energy = network.energies[i][choiceI] + network.energies[k][choiceK];
      if (energy < least) {
        least = energy;
        bestI = choiceI;
        bestK = choiceK;
      }
    }
    return bestI >= 0 && change(i, bestI, k, bestK);
  }

  /** Changes two choices, unless a path around the two makes that too long. */
  private boolean change(int i, int choiceI, int k, int choiceK) {
    int oldI = timing.choice(i);
    int oldK = timing.choice(k);
    timing.set(i, choiceI);
    timing.set(k, choiceK);
    if (timing.inTime()) {
      return true;
    }
    timing.set(i, oldI);
    timing.set(k, oldK);
    return false;
  }
}
