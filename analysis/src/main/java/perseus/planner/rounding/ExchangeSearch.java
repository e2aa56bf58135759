package perseus.planner.rounding;

import java.util.PriorityQueue;
import perseus.io.Interruption;
import perseus.planner.network.OptionTables;

/**
 * Lowers the energy of a plan by local search, while the plan still ends by its deadline.
 *
 * <p>The search starts from a plan that meets the deadline. The search alternates two kinds of
 * changes until neither kind saves energy:
 *
 * <ul>
 *   <li>{@link #useSlack} slows down single operations that can take longer without missing the
 *       deadline. Operations that save the most energy for each additional second come first.
 *   <li>{@link #exchangePairs} changes the frequencies of an operation and of one of its successors
 *       together. In a changed pair, one operation becomes faster, so that the other operation can
 *       become slower.
 * </ul>
 *
 * <p>One pass takes O((n + M) (K + log n) + E K), for n operations, E precedences, K frequencies
 * and M slowed operations. Every change of an operation's frequency calls {@link PlanTiming#set}
 * once. The returned plan is only a local optimum. If a delay of any operation makes the iteration
 * longer, a better plan may require three or more changes at the same time. The search was
 * developed in this project.
 */
final class ExchangeSearch {
  /**
   * Minimum energy in joules that a change of a pair of operations must save. Without a minimum,
   * rounding errors could look like savings, and the search could repeat the same changes.
   */
  private static final double MIN_SAVING_JOULES = 1e-9;

  /**
   * Maximum number of passes over all pairs of an operation and its successor. The script {@code
   * dev/experiment} measures the effect of other maximum numbers of passes.
   */
  private static final int MAX_PASSES = 6;

  private final PlanTiming timing;
  private final OptionTables network;

  ExchangeSearch(PlanTiming timing) {
    this.timing = timing;
    this.network = timing.network();
  }

  /**
   * Alternates {@link #useSlack} and {@link #exchangePairs} until no frequency changes, but at most
   * {@link #MAX_PASSES} times.
   */
  void improve() {
    useSlack();
    for (int pass = 0; pass < MAX_PASSES && exchangePairs(); pass++) {
      useSlack();
    }
  }

  /**
   * Describes a possible change of one operation to a slower frequency.
   *
   * @param operation index of the operation
   * @param choice index of the slower frequency choice
   * @param joulesPerTick energy in joules that the change saves per integer time unit of additional
   *     time
   */
  private record SlowDown(int operation, int choice, double joulesPerTick) {}

  /**
   * Slows down operations that can take longer without missing the deadline. The change that saves
   * the most energy per integer time unit is made first. A frequency that is too slow once stays
   * too slow, because slowing down operations never gives other operations more time.
   */
  void useSlack() {
    PriorityQueue<SlowDown> queue =
        new PriorityQueue<>(
            (a, b) ->
                a.joulesPerTick != b.joulesPerTick
                    ? Double.compare(b.joulesPerTick, a.joulesPerTick)
                    : Integer.compare(a.operation, b.operation));
    for (int j = 0; j < network.operations; j++) {
      addBestSlowDown(queue, j);
    }
    while (!queue.isEmpty()) {
      SlowDown best = queue.poll();
      if (network.ticks[best.operation][best.choice] <= timing.available(best.operation)) {
        timing.set(best.operation, best.choice);
      }
      addBestSlowDown(queue, best.operation);
    }
  }

  /**
   * Adds one slower frequency of operation j to the queue, if a slower frequency meets the deadline
   * and saves energy. The method takes the frequency that saves the most energy per integer time
   * unit.
   */
  private void addBestSlowDown(PriorityQueue<SlowDown> queue, int j) {
    long[] ticks = network.ticks[j];
    double[] energies = network.energies[j];
    int from = timing.choice(j);
    long available = timing.available(j);
    int best = -1;
    double largestSaving = 0;
    for (int to = from + 1; to < ticks.length && ticks[to] <= available; to++) {
      double saving = (energies[from] - energies[to]) / (ticks[to] - ticks[from]);
      if (saving > largestSaving) {
        largestSaving = saving;
        best = to;
      }
    }
    if (best >= 0) {
      queue.add(new SlowDown(j, best, largestSaving));
    }
  }

  /**
   * Tries other frequencies for every pair of an operation and one of its successors. A pair of
   * operations keeps new frequencies if they meet the deadline and take less energy.
   *
   * @return whether the frequencies of any pair changed
   */
  private boolean exchangePairs() {
    boolean changed = false;
    for (int i = 0; i < network.operations; i++) {
      Interruption.check();
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
    long availableI = timing.latestEnd(i, k) - timing.start(i);
    long otherStartK = timing.earliestStart(k, i);
    long latestEndK = timing.latestEnd(k);
    double lowest =
        network.energies[i][timing.choice(i)]
            + network.energies[k][timing.choice(k)]
            - MIN_SAVING_JOULES;
    int bestI = -1;
    int bestK = -1;
    int choiceK = ticksK.length - 1;
    // One walk through the frequencies of both operations is enough. The slower operation i is, the
    // less time remains for operation k.
    for (int choiceI = 0; choiceI < ticksI.length && ticksI[choiceI] <= availableI; choiceI++) {
      long availableK = latestEndK - Math.max(timing.start(i) + ticksI[choiceI] + lag, otherStartK);
      while (choiceK >= 0 && ticksK[choiceK] > availableK) {
        choiceK--;
      }
      if (choiceK < 0) {
        break;
      }
      double energy = network.energies[i][choiceI] + network.energies[k][choiceK];
      if (energy < lowest) {
        lowest = energy;
        bestI = choiceI;
        bestK = choiceK;
      }
    }
    return bestI >= 0 && change(i, bestI, k, bestK);
  }

  /**
   * Changes the frequencies of two operations, and restores the old frequencies if the plan then
   * misses the deadline. Operation i may delay operation k through a third operation.
   *
   * @return whether the new frequencies are kept
   */
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
