package perseus.planner.network;

import perseus.planner.problem.PlanningProblem;

/**
 * Finds, for an operation, the slowest execution option that takes at most a given time. An
 * execution option is one frequency with its time and energy. To search fast, the class uses a
 * table of times.
 *
 * <p>The table divides the range between the shortest and the longest time of an option into
 * intervals of equal length. For each interval, the table stores the option at which a search
 * begins. A search takes constant time unless the times of many options lie in the same interval.
 */
public final class OptionLookup {
  /**
   * Number of intervals into which the table divides the range of the options' times. The number of
   * intervals is several times as large as the usual number of options (frequencies) of an
   * operation.
   */
  private static final int ENTRIES = 128;

  private final long[] ticks;

  /**
   * {@code slowest[i]} is the index of the slowest option (frequency) whose time lies before
   * interval i of the range of times. {@code slowest[i]} is 0 if the time of no option lies before
   * interval i.
   */
  private final int[] slowest = new int[ENTRIES];

  private final double entriesPerTick;

  /**
   * Makes the table of the times of an operation's options (frequencies).
   *
   * @param ticks time of each option (frequency) in ticks (integer units of time), rising; at least
   *     one option
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
   * Returns the index of the slowest option (frequency) that takes at most {@code available} ticks
   * (integer units of time), or NONE if all options take longer.
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

  /** Returns the number of options (frequencies) of the operation. */
  public int size() {
    return ticks.length;
  }

  /** Returns the time of the fastest option (frequency), in ticks (integer units of time). */
  public long fastest() {
    return ticks[0];
  }

  /** Returns the time of the slowest option (frequency), in ticks (integer units of time). */
  public long slowest() {
    return ticks[ticks.length - 1];
  }

  /**
   * Returns the time of the option (frequency) with the index {@code option}, in ticks (integer
   * units of time).
   */
  public long ticks(int option) {
    return ticks[option];
  }
}
