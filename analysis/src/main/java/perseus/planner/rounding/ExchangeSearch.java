package perseus.planner.rounding;

import java.util.PriorityQueue;
import perseus.planner.network.OptionTables;

/**
 * Local search that lowers a plan's energy without exceeding its deadline.
 *
 * <p>The problem: minimize the sum of effective energies {@code eps_j,k(j)} over the options {@code
 * k(j)} of all operations, where every path of durations and lags is at most the deadline. The
 * search starts at options that are in time, and alternates two moves until neither saves energy:
 *
 * <ul>
 *   <li>{@link #useSlack} slows single operations down within their slack, the one with the largest
 *       saving per tick first.
 *   <li>{@link #exchangePairs} chooses the options of an operation and of one of its successors
 *       anew, so that time moves from one to the other.
 * </ul>
 *
 * <p>With n operations, E precedences and at most K options each, a pass takes O((n + moves) (K +
 * log n) + E K) and one {@link PlanTiming#set} per move. The result is a local optimum only: where
 * all operations are critical, three or more would have to change at once.
 */
final class ExchangeSearch {
  /**
   * Joules that a move must save. Moves that save only rounding errors of the sums could follow one
   * another in a cycle.
   */
  private static final double MIN_SAVING_JOULES = 1e-9;

  /** Limit for time. See {@link RelaxedRounding} for the experiment. */
  private static final int MAX_PASSES = 6;

  private final PlanTiming timing;
  private final OptionTables network;

  ExchangeSearch(PlanTiming timing) {
    this.timing = timing;
    this.network = timing.network();
  }

  /** Applies both moves until no pair changes, at most {@link #MAX_PASSES} times. */
  void improve() {
    useSlack();
    for (int pass = 0; pass < MAX_PASSES && exchangePairs(); pass++) {
      useSlack();
    }
  }

  /**
   * A possible change of one operation to a slower option.
   *
   * @param operation the operation
   * @param choice its slower option
   * @param joulesPerTick energy saved per tick of additional time
   */
  private record SlowDown(int operation, int choice, double joulesPerTick) {}

  /**
   * Slows operations down, the one that saves the most energy per tick first. Slack never grows
   * meanwhile, so an option that does not fit now will not fit later.
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

  /** Adds the slower option that saves the most energy per tick among those that fit now. */
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
   * Tries every pair of an operation and one of its successors, and changes both options where
   * another pair of options fits and takes less energy.
   *
   * @return whether a pair changed
   */
  private boolean exchangePairs() {
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
    // A slower i leaves less time for k, so one walk through both option lists is enough.
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
   * Changes two options, and changes them back if the plan is then late: i may delay k through a
   * third operation.
   *
   * @return whether the new options stay
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
