package perseus.planner.rounding;

import java.util.PriorityQueue;
import perseus.io.Interruption;
import perseus.planner.network.OptionTables;

/**
 * Lowers the energy of a plan by local search, while the plan still ends by its deadline (latest
 * end of the iteration).
 *
 * <p>The search minimizes {@code E = sum over operations j of eps_j,k(j)}, where {@code k(j)} is
 * the chosen option (frequency) of operation j, and {@code eps_j,k} is the effective energy in
 * joules of option k of operation j. On every path through the DAG of operations, the sum of
 * durations and transfer times must not exceed the deadline. The search starts from a plan that
 * meets the deadline. The search alternates two kinds of changes until neither kind saves energy:
 *
 * <ul>
 *   <li>{@link #useSlack} slows down single operations within their slack (additional time that an
 *       operation can take while the plan still meets the deadline). The operation that saves the
 *       most energy per tick of additional time is slowed down first.
 *   <li>{@link #exchangePairs} changes the options of an operation and of one of its successors
 *       together. In an exchange of a pair, one of the two operations becomes faster, so that the
 *       other can become slower.
 * </ul>
 *
 * <p>One pass takes O((n + M) (K + log n) + E K) for n operations, E precedences, at most K options
 * per operation and M changes to slower options, plus one call of {@link PlanTiming#set} for each
 * changed operation. The plan that the search returns is only a local optimum. Where all operations
 * are critical (a delay makes the iteration longer), a better plan may require three or more
 * changes at the same time, which the search does not try. The search was developed in this
 * project.
 */
final class ExchangeSearch {
  /**
   * Minimum energy in joules that an exchange of a pair must save. Without this minimum, rounding
   * errors could look like savings, and the search could repeat the same exchanges.
   */
  private static final double MIN_SAVING_JOULES = 1e-9;

  /**
   * Maximum number of passes of the search, which limits the running time. A pass visits all pairs
   * of an operation and one of its successors. The script {@code dev/experiment} measures the
   * effect of other maximum numbers of passes.
   */
  private static final int MAX_PASSES = 6;

  private final PlanTiming timing;
  private final OptionTables network;

  ExchangeSearch(PlanTiming timing) {
    this.timing = timing;
    this.network = timing.network();
  }

  /**
   * Alternates {@link #useSlack} and {@link #exchangePairs} until {@link #exchangePairs} changes no
   * option (frequency), but at most {@link #MAX_PASSES} times.
   */
  void improve() {
    useSlack();
    for (int pass = 0; pass < MAX_PASSES && exchangePairs(); pass++) {
      useSlack();
    }
  }

  /**
   * Describes a possible change of one operation to a slower option (frequency).
   *
   * @param operation index of the operation
   * @param choice index of the slower option (frequency)
   * @param joulesPerTick energy in joules that the change saves per tick of additional time
   */
  private record SlowDown(int operation, int choice, double joulesPerTick) {}

  /**
   * Slows down operations within their slack (the additional time that they can take). The change
   * that saves the most energy per tick is made first. While this method runs, the slack of an
   * operation never grows, so an option (frequency) that does not fit into the slack can be ignored
   * until the method ends.
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
   * Adds the best slower option of operation j to the queue. The best slower option (frequency)
   * saves the most energy per tick (integer unit of time), and the plan still meets its deadline
   * with it.
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
   * Tries other options (frequencies) for every pair of an operation and one of its successors. If
   * another pair of options meets the deadline and takes less energy, both operations get these
   * options.
   *
   * @return whether the options (frequencies) of any pair changed
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
    // A slower option of operation i leaves less time for operation k, so the index choiceK only
    // falls while the index choiceI rises. Therefore one walk through the options of both
    // operations is enough.
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
   * Changes the options (frequencies) of two operations, and restores the old options if the plan
   * then misses the deadline. The deadline can be missed because operation i may delay operation k
   * through a third operation.
   *
   * @return whether the new options (frequencies) are kept
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
