package perseus.planner.problem;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import perseus.io.UserError;

/**
 * Holds the time that a GPU needs to change its clock: one time for all changes, or a time for each
 * pair of clocks. Immutable.
 *
 * <p>During a change the GPU does not compute, and draws its blocking power (the power of a GPU
 * that waits).
 */
public final class SwitchCost {
  /** The clock that stands for all clocks that no other change names. */
  public static final int ANY = 0;

  /** Longest time of a change that inputs may state, in seconds. Real GPUs take 0.01 to 0.1 s. */
  public static final double MAX_SECONDS = 10;

  /** Changes of clock take no time. */
  public static final SwitchCost NONE = of(0);

  /**
   * The time of one change of clock.
   *
   * @param fromMhz clock before the change in MHz, or {@link #ANY}
   * @param toMhz clock after the change in MHz, or {@link #ANY}
   * @param seconds time of the change in seconds, at least 0
   */
  public record Change(int fromMhz, int toMhz, double seconds) {}

  private final List<Change> changes;
  private final Map<Long, Double> seconds = new HashMap<>();

  private SwitchCost(List<Change> changes) {
    this.changes = List.copyOf(changes);
    for (Change change : changes) {
      double time = change.seconds;
      if (!(time >= 0) || Double.isInfinite(time)) {
        throw new UserError(
            "The time of a change of clock is %s s; it must be a number of at least 0 s."
                .formatted(time));
      }
      if (seconds.put(key(change.fromMhz, change.toMhz), time) != null) {
        throw new UserError(
            "The time of the change of clock from %s to %s MHz is given twice."
                .formatted(name(change.fromMhz), name(change.toMhz)));
      }
    }
  }

  /**
   * Returns a cost in which all changes take the same time.
   *
   * @param seconds time of a change in seconds
   * @throws UserError if {@code seconds} is not a number of at least 0
   */
  public static SwitchCost of(double seconds) {
    return new SwitchCost(List.of(new Change(ANY, ANY, seconds)));
  }

  /**
   * Returns a cost in which the time depends on the clocks.
   *
   * <p>The time from one clock to another is that of the change that names both clocks. If there is
   * none, it is that of the change that names only the clock after it, then of the one that names
   * only the clock before it, then of the one that names neither.
   *
   * @throws UserError if a time is not a number of at least 0, or if a change is given twice
   */
  public static SwitchCost of(List<Change> changes) {
    return new SwitchCost(changes);
  }

  private static long key(int fromMhz, int toMhz) {
    return (long) fromMhz << Integer.SIZE | toMhz;
  }

  private static String name(int mhz) {
    return mhz == ANY ? "any" : String.valueOf(mhz);
  }

  /** Returns the changes that this cost was made of. */
  public List<Change> changes() {
    return changes;
  }

  /** Returns whether one time holds for all changes. */
  public boolean isUniform() {
    return changes.size() == 1 && changes.get(0).fromMhz == ANY && changes.get(0).toMhz == ANY;
  }

  /** Returns whether no change takes time. */
  public boolean isZero() {
    return maxSeconds() == 0;
  }

  /** Returns the longest time of a change, in seconds. */
  public double maxSeconds() {
    return changes.stream().mapToDouble(Change::seconds).max().orElse(0);
  }

  /**
   * Returns the time of a change of clock in seconds; 0 if both clocks are equal.
   *
   * @throws UserError if no time was given for this change
   */
  public double seconds(int fromMhz, int toMhz) {
    if (fromMhz == toMhz) {
      return 0;
    }
    for (long key :
        new long[] {key(fromMhz, toMhz), key(ANY, toMhz), key(fromMhz, ANY), key(ANY, ANY)}) {
      Double found = seconds.get(key);
      if (found != null) {
        return found;
      }
    }
    throw new UserError(
        "There is no time for the change of clock from %d to %d MHz.".formatted(fromMhz, toMhz));
  }

  /**
   * Checks that there is a time for each change between two of several clocks.
   *
   * @throws UserError if a time is missing
   */
  void requireTimes(Set<Integer> clocksMhz) {
    for (int from : clocksMhz) {
      for (int to : clocksMhz) {
        seconds(from, to);
      }
    }
  }
}
