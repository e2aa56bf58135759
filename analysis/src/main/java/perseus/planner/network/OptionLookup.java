package perseus.planner.network;

import perseus.planner.problem.PlanningProblem;

/**
 * Finds, for an operation, the slowest frequency that takes at most a given time.
 *
 * <p>A table divides the range between the shortest and the longest time into intervals of equal
 * length. For each interval, the table stores the frequency at which a search begins. A search
 * takes constant time unless the times of many frequencies lie in the same interval.
 */
public final class OptionLookup {
  /**
   * Number of intervals of the table: several times the usual number of frequencies of an
   * operation.
   */
  private static final int ENTRIES = 128;

  private final long[] ticks;

  /**
   * {@code slowest[i]} is the index of the slowest frequency choice whose time lies before interval
   * i of the table; 0 if there is none.
   */
  private final int[] slowest = new int[ENTRIES];

  private final double entriesPerTick;

  /**
   * @param ticks rising times of the frequency choices in integer time units; at least one
   */
  public OptionLookup(long[] ticks) {
    this.ticks = ticks;
    entriesPerTick = (ENTRIES - 1) / Math.max(1.0, ticks[ticks.length - 1] - ticks[0]);
    int option = ticks.length - 1;
    for (int entry = ENTRIES - 1; entry >= 0; entry--) {
      while (option > 0 && entry(ticks[option]) >= entry) {
        option--;
      }
      slowest[entry] = option;
    }
  }

  private int entry(long time) {
    return (int) ((time - ticks[0]) * entriesPerTick);
  }

  /**
   * Returns the index of the slowest frequency choice that takes at most {@code available} integer
   * time units, or NONE if all frequency choices take longer.
   */
  public int slowestWithin(long available) {
    if (available < ticks[0]) {
      return PlanningProblem.NONE;
    }
    int last = ticks.length - 1;
    if (available >= ticks[last]) {
      return last;
    }
    int option = slowest[entry(available)];
    while (ticks[option + 1] <= available) {
      option++;
    }
    return option;
  }

  public int size() {
    return ticks.length;
  }

  /** Returns the time of the fastest frequency choice, in integer time units. */
  public long fastest() {
    return ticks[0];
  }

  /** Returns the time of the slowest frequency choice, in integer time units. */
  public long slowest() {
    return ticks[ticks.length - 1];
  }

  /**
   * Returns the time of the frequency choice with the index {@code option}, in integer time units.
   */
  public long ticks(int option) {
    return ticks[option];
  }
}
