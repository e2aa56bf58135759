package perseus.planner.switching;

import java.util.Arrays;
import perseus.planner.problem.PlanningProblem;

/**
 * Holds the partial plans (frequencies of the first operations) of a {@link ClockBeam}. Each array
 * holds the data of all partial plans, one after another.
 */
final class ClockStates {
  /**
   * Value in {@link #last} and {@link #first} for a frequency on which the rest of the plan does
   * not depend.
   */
  static final byte NONE = -1;

  /** Maximum number of comparisons of one partial plan with others. The maximum limits the time. */
  private static final int MAX_COMPARISONS = 64;

  final int slots;
  final int lanes;
  private final boolean changesTakeTime;

  int size;

  /**
   * Sum of the effective energies (energy minus the energy of waiting for the same time) of the
   * chosen frequencies in joules.
   */
  final double[] joules;

  /**
   * Element {@code b * slots + s} is the earliest start in seconds of one operation without a
   * frequency, in partial plan b.
   */
  final double[] ready;

  /** Element {@code b * lanes + r} is the last chosen frequency on rank r in partial plan b. */
  final byte[] last;

  /**
   * Element {@code b * lanes + r} is the end in seconds of the last computation with a chosen
   * frequency on rank r, in partial plan b.
   */
  final double[] lastEnd;

  /**
   * Element {@code b * lanes + r} is the frequency of the first computation of rank r in partial
   * plan b.
   */
  final byte[] first;

  /**
   * Element {@code b * lanes + r} is the start in seconds of the first computation of rank r in
   * partial plan b. Stored starts are at most the longest time of a clock change, because later
   * starts leave enough time for every clock change.
   */
  final double[] firstStart;

  /** Hold times of the clocks; null if the problem has no minimum hold time. */
  final ClockHolds holds;

  private final int[] keys;

  /** Hash table: the newest partial plan in each bucket; NONE if the bucket is empty. */
  private final int[] newest;

  /**
   * For each partial plan, the previous partial plan in the same bucket of the hash table; NONE if
   * there is none.
   */
  private final int[] older;

  /**
   * @param width maximum number of partial plans (frequencies of the first operations)
   * @param slots number of earliest starts that are stored for each partial plan (frequencies of
   *     the first operations)
   */
  ClockStates(int width, int slots, ClockTables tables, ClockDwell dwell) {
    this.slots = slots;
    lanes = tables.lanes.length;
    changesTakeTime = tables.longestChange() > 0;
    joules = new double[width];
    ready = new double[width * slots];
    last = new byte[width * lanes];
    lastEnd = new double[width * lanes];
    first = new byte[width * lanes];
    firstStart = new double[width * lanes];
    holds = dwell.leastSeconds() > 0 ? new ClockHolds(width, lanes, dwell) : null;
    keys = new int[width];
    newest = new int[Integer.highestOneBit(width) * 2];
    older = new int[width];
  }

  void start() {
    size = 1;
    joules[0] = 0;
    keys[0] = 0;
    Arrays.fill(ready, 0, slots, 0);
    Arrays.fill(last, 0, lanes, NONE);
    Arrays.fill(lastEnd, 0, lanes, 0);
    Arrays.fill(first, 0, lanes, NONE);
    Arrays.fill(firstStart, 0, lanes, 0);
    if (holds != null) {
      holds.start();
    }
  }

  void clear() {
    size = 0;
    Arrays.fill(newest, PlanningProblem.NONE);
  }

  /** Adds the partial plan whose data are at the index {@link #size}. */
  void add() {
    int bucket = bucket(size);
    older[size] = newest[bucket];
    newest[bucket] = size++;
  }

  private int bucket(int b) {
    return (holds == null ? keys[b] : keys[b] ^ holds.key(b)) & newest.length - 1;
  }

  void copy(ClockStates other, int from, int to) {
    joules[to] = other.joules[from];
    System.arraycopy(other.ready, from * slots, ready, to * slots, slots);
    System.arraycopy(other.last, from * lanes, last, to * lanes, lanes);
    if (holds != null) {
      holds.copy(other.holds, from, to);
    }
    if (changesTakeTime) {
      keys[to] = other.keys[from];
      System.arraycopy(other.lastEnd, from * lanes, lastEnd, to * lanes, lanes);
      System.arraycopy(other.first, from * lanes, first, to * lanes, lanes);
      System.arraycopy(other.firstStart, from * lanes, firstStart, to * lanes, lanes);
    }
  }

  void setLast(int b, int lane, byte setting, double end) {
    int at = b * lanes + lane;
    if (changesTakeTime) {
      keys[b] ^= hash(lane, last[at], false) ^ hash(lane, setting, false);
      lastEnd[at] = end;
    }
    last[at] = setting;
  }

  void setFirst(int b, int lane, byte setting, double start) {
    int at = b * lanes + lane;
    keys[b] ^= hash(lane, first[at], true) ^ hash(lane, setting, true);
    first[at] = setting;
    firstStart[at] = start;
  }

  private static int hash(int lane, int setting, boolean first) {
    int z = ((lane * 2 + (first ? 1 : 0)) * 131 + setting + 2) * 0x9E3779B9;
    z = (z ^ z >>> 15) * 0x85EBCA6B;
    return z ^ z >>> 13;
  }

  /**
   * Returns whether an added partial plan dominates partial plan b ({@link #dominates}). The method
   * compares at most {@value #MAX_COMPARISONS} partial plans.
   *
   * @param pending array indices of the earliest starts that the method compares
   */
  boolean isDominated(int b, int[] pending) {
    int a = newest[bucket(b)];
    for (int i = 0; i < MAX_COMPARISONS && a != PlanningProblem.NONE; i++) {
      if (dominates(a, b, pending)) {
        return true;
      }
      a = older[a];
    }
    return false;
  }

  /**
   * Returns whether every completion of partial plan b also completes partial plan a, with at most
   * the same energy.
   *
   * @param pending array indices of the earliest starts that the method compares
   */
  boolean dominates(int a, int b, int[] pending) {
    if (joules[a] > joules[b]) {
      return false;
    }
    for (int slot : pending) {
      if (ready[a * slots + slot] > ready[b * slots + slot]) {
        return false;
      }
    }
    for (int lane = 0; lane < lanes && changesTakeTime; lane++) {
      int at = a * lanes + lane;
      int bt = b * lanes + lane;
      if (last[at] != last[bt]
          || first[at] != first[bt]
          || lastEnd[at] > lastEnd[bt]
          || firstStart[at] < firstStart[bt]) {
        return false;
      }
    }
    return holds == null || holds.dominates(a, b);
  }
}
