package perseus.planner.switching;

import java.util.stream.IntStream;
import perseus.planner.network.OptionTables;
import perseus.planner.rounding.PlanTiming;

/**
 * Local search over the clocks of a plan in which changes of clock take time.
 *
 * <p>The problem: minimize the sum of effective energies, and the number of changes of clock among
 * plans of equal energy, where the makespan with all changes of clock is at most a deadline. The
 * search starts at a plan that is in time, and alternates two moves until neither improves the
 * plan:
 *
 * <ul>
 *   <li>{@link #moveRuns} moves a run, which is a longest sequence of computations of a rank at one
 *       frequency, to the frequency of a neighbouring run or to one of the next slower options.
 *   <li>{@link #moveOperations} moves a single computation to a slower option.
 * </ul>
 *
 * <p>A pass tries O(1) moves per computation. A move of r computations costs r updates of the times
 * ({@link PlanTiming#set}), and as many again if it is taken back. The result is a local optimum
 * only: no two ranks change at once.
 */
final class ClockMoves {
  /**
   * Joules that count as a change of energy. Moves that save only rounding errors of the sums could
   * follow one another in a cycle.
   */
  private static final double MIN_SAVING_JOULES = 1e-9;

  /** Maximum number of passes in small problems. Limit for time. */
  private static final int MAX_PASSES = 4;

  /** Maximum number of passes in other problems. Limit for time. */
  private static final int MAX_PASSES_LARGE = 2;

  /**
   * Maximum number of operations of a small problem, for which more moves and more starting points
   * are tried. Limit for time.
   */
  static final int MAX_OPERATIONS_SMALL = 200;

  /** Number of slower options to which a run is moved. Limit for time. */
  private static final int MAX_STEPS_OF_RUN = 8;

  /** Changes of clock that a move of one computation can add or remove: before and after it. */
  private static final int MAX_CHANGES_OF_MOVE = 2;

  private final PlanTiming timing;
  private final OptionTables network;

  /**
   * @param timing a plan that is in time
   */
  ClockMoves(PlanTiming timing) {
    this.timing = timing;
    this.network = timing.network();
  }

  /** Makes moves until none improves the plan, for a limited number of passes. */
  void improve() {
    int passes = network.operations <= MAX_OPERATIONS_SMALL ? MAX_PASSES : MAX_PASSES_LARGE;
    boolean changed = true;
    for (int pass = 0; pass < passes && changed; pass++) {
      changed = false;
      for (int[] lane : network.computations) {
        changed |= moveRuns(lane);
        changed |= moveOperations(lane);
      }
    }
  }

  /**
   * Tries to move each run of a rank to another frequency.
   *
   * @return whether a run moved
   */
  private boolean moveRuns(int[] lane) {
    boolean changed = false;
    int from = 0;
    while (from < lane.length) {
      int to = from + 1;
      while (to < lane.length && timing.frequency(lane[to]) == timing.frequency(lane[from])) {
        to++;
      }
      changed |= moveRun(lane, from, to);
      from = to;
    }
    return changed;
  }

  /** Tries the frequencies of both neighbours, then slower options, the slowest first. */
  private boolean moveRun(int[] lane, int from, int to) {
    boolean changed = false;
    if (from > 0) {
      changed = moveIfBetter(lane, from, to, timing.frequency(lane[from - 1]));
    }
    if (to < lane.length) {
      changed |= moveIfBetter(lane, from, to, timing.frequency(lane[to]));
    }
    int[] frequencies = network.frequencies[lane[from]];
    int first = timing.choice(lane[from]) + 1;
    for (int k = Math.min(frequencies.length, first + MAX_STEPS_OF_RUN) - 1; k >= first; k--) {
      if (moveIfBetter(lane, from, to, frequencies[k])) {
        return true;
      }
    }
    return changed;
  }

  /**
   * Tries to move each computation of a rank to a slower option of lower energy.
   *
   * @return whether a computation moved
   */
  private boolean moveOperations(int[] lane) {
    boolean changed = false;
    for (int i = 0; i < lane.length; i++) {
      int j = lane[i];
      for (int k : slowerOptions(lane, i)) {
        if (network.energies[j][k] < network.energies[j][timing.choice(j)]
            && moveIfBetter(lane, i, i + 1, network.frequencies[j][k])) {
          changed = true;
          break;
        }
      }
    }
    return changed;
  }

  /**
   * Slower options of a computation that may be in time, the slowest first: those at its
   * neighbours' frequencies, and the slowest ones that fit if the move adds or removes up to two
   * changes of clock.
   */
  private int[] slowerOptions(int[] lane, int i) {
    int j = lane[i];
    long available = timing.available(j);
    IntStream slowestInTime =
        IntStream.rangeClosed(-MAX_CHANGES_OF_MOVE, MAX_CHANGES_OF_MOVE)
            .map(changes -> network.slowestWithin(j, available + changes * network.switchTicks));
    IntStream atNeighboursFrequencies =
        IntStream.of(i - 1, i + 1)
            .filter(n -> n >= 0 && n < lane.length)
            .map(n -> slowestAt(j, timing.frequency(lane[n])));
    return IntStream.concat(slowestInTime, atNeighboursFrequencies)
        .filter(k -> k > timing.choice(j))
        .map(k -> -k)
        .sorted()
        .distinct()
        .map(k -> -k)
        .toArray();
  }

  /**
   * Moves neighbouring computations to a frequency if all have an option there, the plan stays in
   * time, and its energy falls, or its changes of clock at equal energy.
   *
   * @return whether they moved
   */
  private boolean moveIfBetter(int[] lane, int from, int to, int frequency) {
    double savedJoules = 0;
    int[] choices = new int[to - from];
    for (int i = from; i < to; i++) {
      int j = lane[i];
      int k = slowestAt(j, frequency);
      if (k < 0) {
        return false;
      }
      choices[i - from] = k;
      savedJoules += network.energies[j][timing.choice(j)] - network.energies[j][k];
    }
    if (savedJoules < -MIN_SAVING_JOULES) {
      return false;
    }
    int changesBefore = timing.clockChanges(lane, from, to);
    int[] choicesBefore = new int[to - from];
    for (int i = from; i < to; i++) {
      choicesBefore[i - from] = timing.choice(lane[i]);
      timing.set(lane[i], choices[i - from]);
    }
    boolean better =
        savedJoules > MIN_SAVING_JOULES || timing.clockChanges(lane, from, to) < changesBefore;
    if (better && timing.inTime()) {
      return true;
    }
    for (int i = from; i < to; i++) {
      timing.set(lane[i], choicesBefore[i - from]);
    }
    return false;
  }

  /** The slowest option of an operation at a frequency, the cheapest one there; -1 for none. */
  private int slowestAt(int j, int frequency) {
    int[] frequencies = network.frequencies[j];
    for (int k = frequencies.length - 1; k >= 0; k--) {
      if (frequencies[k] == frequency) {
        return k;
      }
    }
    return -1;
  }
}
