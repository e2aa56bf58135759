package perseus.planner.network;

import perseus.planner.problem.PlanningProblem;

/**
 * The times of an operation's options, the fastest first, with a table that finds the slowest
 * option within a given time.
 *
 * <p>The table divides the range of times into equal parts and stores where the search in each part
 * begins. A lookup takes constant time unless many options lie in one part.
 */
public final class OptionLookup {
  /** Number of parts; several times the usual number of options. */
  private static final int ENTRIES = 128;

  private final long[] ticks;

  /** The slowest option before each part; 0 if there is none. */
  private final int[] slowest = new int[ENTRIES];

  private final double entriesPerTick;

  /**
   * Makes the table.
   *
   * @param ticks time of each option in ticks, rising; at least one
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

  /** The slowest option that takes at most {@code available} ticks; NONE if all take longer. */
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

  /** Number of options. */
  public int size() {
    return ticks.length;
  }

  /** Time of the fastest option, in ticks. */
  public long fastest() {
    return ticks[0];
  }

  /** Time of the slowest option, in ticks. */
  public long slowest() {
    return ticks[ticks.length - 1];
  }

  /** Time of an option, in ticks. */
  public long ticks(int option) {
    return ticks[option];
  }
}
