package perseus.planner.network;

/** The times of an operation's options, the fastest first, with a table to look them up in. */
public final class OptionLookup {
  private static final int ENTRIES = 128;

  private final long[] ticks;

  /** The slowest option within the beginning of each of {@link #ENTRIES} parts of their span. */
  private final int[] slowest = new int[ENTRIES];

  private final double entriesPerTick;

  /**
   * @param ticks rising
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

  /** The slowest option that takes at most this time; -1 where even the fastest takes longer. */
  public int slowestWithin(long available) {
    if (available < ticks[0]) {
      return -1;
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

  public long fastest() {
    return ticks[0];
  }

  public long slowest() {
    return ticks[ticks.length - 1];
  }

  public long ticks(int option) {
    return ticks[option];
  }
}
