package perseus.planner.rounding;

import java.util.stream.IntStream;
import perseus.planner.network.OptionTables;

/**
 * Improves a plan that is in time where changes of clock take time: moves single operations, and
 * runs of operations at one clock, to cheaper clocks. Of two plans of equal energy it takes the one
 * with fewer changes.
 */
public final class FewerClockChanges {
  private static final double NOTHING = 1e-9;
  private static final int PASSES = 4;

  /** The same where a pass takes long. */
  private static final int FEWER_PASSES = 2;

  /** Up to so many operations a plan is improved at length. */
  public static final int FEW_OPERATIONS = 200;

  /** Lower frequencies that a run is tried at. */
  private static final int RUN_STEPS = 8;

  /** How far apart in their rank's order operations may be that exchange their options. */
  private static final int CALM_REACH = 4;

  private final PlanTiming timing;
  private final OptionTables network;
  private final int[][] lanes;

  public FewerClockChanges(PlanTiming timing) {
    this.timing = timing;
    this.network = timing.network();
    this.lanes = network.computations;
  }

  /** Improves until nothing changes, for a bounded number of passes. */
  public void improve() {
    int passes = network.operations <= FEW_OPERATIONS ? PASSES : FEWER_PASSES;
    boolean changed = true;
    for (int pass = 0; pass < passes && changed; pass++) {
      changed = false;
      for (int[] lane : lanes) {
        changed |= moveRuns(lane);
        changed |= moveOperations(lane);
      }
    }
  }

  /**
   * Exchanges the options of operations of one kind where that leaves fewer changes of clock: the
   * energy stays what it is.
   */
  void calm() {
    for (int[] lane : lanes) {
      for (int i = 0; i < lane.length; i++) {
        for (int k = i + 1; k < Math.min(lane.length, i + CALM_REACH); k++) {
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
    return k == i + 1 ? changes(lane, i, k + 1) : changes(lane, i, i + 1) + changes(lane, k, k + 1);
  }

  /** Only looks: the timing is not told. */
  private void swapChoices(int a, int b) {
    int[] choices = timing.choices();
    int choice = choices[a];
    choices[a] = choices[b];
    choices[b] = choice;
  }

  private void exchange(int a, int b) {
    int choiceA = timing.choice(a);
    int choiceB = timing.choice(b);
    // The one that gets faster first, so that the other finds its time.
    int faster = choiceA > choiceB ? a : b;
    int slower = faster == a ? b : a;
    int least = Math.min(choiceA, choiceB);
    int most = Math.max(choiceA, choiceB);
    timing.set(faster, least);
    if (network.switchTicks == 0 && network.ticks[slower][most] > timing.available(slower)) {
      timing.set(faster, most);
      return;
    }
    timing.set(slower, most);
    if (!timing.inTime()) {
      timing.set(slower, least);
      timing.set(faster, most);
    }
  }

  private int frequency(int j) {
    return network.frequencies[j][timing.choice(j)];
  }

  private boolean moveRuns(int[] lane) {
    boolean changed = false;
    int from = 0;
    while (from < lane.length) {
      int to = from + 1;
      while (to < lane.length && frequency(lane[to]) == frequency(lane[from])) {
        to++;
      }
      changed |= moveRun(lane, from, to);
      from = to;
    }
    return changed;
  }

  /** Tries a run at its neighbours' clocks and at a few below its own. */
  private boolean moveRun(int[] lane, int from, int to) {
    boolean changed = false;
    if (from > 0) {
      changed = tryFrequency(lane, from, to, frequency(lane[from - 1]));
    }
    if (to < lane.length) {
      changed |= tryFrequency(lane, from, to, frequency(lane[to]));
    }
    int[] own = network.frequencies[lane[from]];
    int first = timing.choice(lane[from]) + 1;
    for (int k = Math.min(own.length, first + RUN_STEPS) - 1; k >= first; k--) {
      if (tryFrequency(lane, from, to, own[k])) {
        return true;
      }
    }
    return changed;
  }

  private boolean moveOperations(int[] lane) {
    boolean changed = false;
    for (int i = 0; i < lane.length; i++) {
      int j = lane[i];
      for (int k : slower(lane, i)) {
        if (network.energies[j][k] < network.energies[j][timing.choice(j)]
            && tryFrequency(lane, i, i + 1, network.frequencies[j][k])) {
          changed = true;
          break;
        }
      }
    }
    return changed;
  }

  /**
   * Slower options of an operation that may fit, the slowest first: those that leave time for as
   * many changes of clock as may come or go, and those at its neighbours' clocks.
   */
  private int[] slower(int[] lane, int i) {
    int j = lane[i];
    long available = timing.available(j);
    IntStream inTime =
        IntStream.rangeClosed(-2, 2)
            .map(changes -> network.slowestWithin(j, available + changes * network.switchTicks));
    IntStream calm =
        IntStream.of(i - 1, i + 1)
            .filter(n -> n >= 0 && n < lane.length)
            .map(n -> optionAt(j, frequency(lane[n])));
    return IntStream.concat(inTime, calm)
        .filter(k -> k > timing.choice(j))
        .map(k -> -k)
        .sorted()
        .distinct()
        .map(k -> -k)
        .toArray();
  }

  /** Runs operations at a frequency, if all have it, the plan stays in time and gets better. */
  private boolean tryFrequency(int[] lane, int from, int to, int frequency) {
    double saved = 0;
    int[] choices = new int[to - from];
    for (int i = from; i < to; i++) {
      int j = lane[i];
      int k = optionAt(j, frequency);
      if (k < 0) {
        return false;
      }
      choices[i - from] = k;
      saved += network.energies[j][timing.choice(j)] - network.energies[j][k];
    }
    if (saved < -NOTHING) {
      return false;
    }
    int changesBefore = changes(lane, from, to);
    int[] before = new int[to - from];
    for (int i = from; i < to; i++) {
      before[i - from] = timing.choice(lane[i]);
      timing.set(lane[i], choices[i - from]);
    }
    boolean better = saved > NOTHING || changes(lane, from, to) < changesBefore;
    if (better && timing.inTime()) {
      return true;
    }
    for (int i = from; i < to; i++) {
      timing.set(lane[i], before[i - from]);
    }
    return false;
  }

  /** The cheapest option at a frequency, or -1. */
  private int optionAt(int j, int frequency) {
    int[] own = network.frequencies[j];
    for (int k = own.length - 1; k >= 0; k--) {
      if (own[k] == frequency) {
        return k;
      }
    }
    return -1;
  }

  private int changes(int[] lane, int from, int to) {
    int changes = 0;
    for (int i = Math.max(1, from); i < Math.min(lane.length, to + 1); i++) {
      changes += frequency(lane[i - 1]) == frequency(lane[i]) ? 0 : 1;
    }
    return changes;
  }
}
