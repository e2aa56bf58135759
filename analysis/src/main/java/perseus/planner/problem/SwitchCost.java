package perseus.planner.problem;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.LongStream;
import perseus.io.UserError;

/**
 * Holds the time that a GPU needs to change its clock. All clock changes take the same time, or
 * each pair of clocks has its own time. Objects of this class are immutable.
 *
 * <p>During a clock change the GPU does not compute, and draws the power of a waiting GPU.
 */
public final class SwitchCost {
  /**
   * Stands for every clock in a {@link Change}. A change that names both clocks has precedence over
   * a change that names every clock.
   */
  public static final int ANY = 0;

  /**
   * Longest time of a clock change that inputs may state, in seconds. Clock changes of real GPUs
   * take 0.01 to 0.1 seconds.
   */
  public static final double MAX_SECONDS = 10;

  /** The times of a problem in which clock changes take no time. */
  public static final SwitchCost NONE = of(0);

  /**
   * States the time of one clock change.
   *
   * @param fromMhz clock before the change in MHz, or {@link #ANY}
   * @param toMhz clock after the change in MHz, or {@link #ANY}
   * @param seconds time of the change in seconds, at least 0
   */
  public record Change(int fromMhz, int toMhz, double seconds) {}

  private final List<Change> changes;
  private final Map<Long, Double> seconds = new HashMap<>();
  private final double maxSeconds;

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
    maxSeconds = changes.stream().mapToDouble(Change::seconds).max().orElse(0);
  }

  /**
   * Returns an object for which all clock changes take the same time.
   *
   * @param seconds time of one clock change in seconds
   * @throws UserError if {@code seconds} is not a number of at least 0
   */
  public static SwitchCost of(double seconds) {
    return new SwitchCost(List.of(new Change(ANY, ANY, seconds)));
  }

  /**
   * Returns an object for which the time of a change depends on the clocks before and after the
   * change. Changes that name both clocks have precedence over changes that name only the clock
   * after the change. Changes that name only the clock after the change have precedence over
   * changes that name only the clock before the change.
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

  /** Returns the times of clock changes from which this object was made. */
  public List<Change> changes() {
    return changes;
  }

  /** Returns whether one time was stated for all clock changes. */
  public boolean isUniform() {
    return changes.size() == 1 && changes.get(0).fromMhz == ANY && changes.get(0).toMhz == ANY;
  }

  /** Returns whether all clock changes take no time. */
  public boolean isZero() {
    return maxSeconds == 0;
  }

  /** Returns the longest time of all given clock changes, in seconds. */
  public double maxSeconds() {
    return maxSeconds;
  }

  /**
   * Returns the time of a clock change in seconds. The time is 0 if the two clocks are equal.
   *
   * @throws UserError if no time was given for this change
   */
  public double seconds(int fromMhz, int toMhz) {
    return find(fromMhz, toMhz)
        .orElseThrow(
            () ->
                new UserError(
                    "There is no time for the change of clock from %d to %d MHz."
                        .formatted(fromMhz, toMhz)));
  }

  /**
   * Returns the time of a clock change in seconds; empty if no time was given for this change. The
   * time is 0 if the two clocks are equal.
   */
  public OptionalDouble find(int fromMhz, int toMhz) {
    if (fromMhz == toMhz) {
      return OptionalDouble.of(0);
    }
    if (isUniform()) {
      return OptionalDouble.of(maxSeconds);
    }
    return LongStream.of(key(fromMhz, toMhz), key(ANY, toMhz), key(fromMhz, ANY), key(ANY, ANY))
        .filter(seconds::containsKey)
        .mapToDouble(seconds::get)
        .findFirst();
  }

  /**
   * Checks that every clock change between two of the given clocks has a time.
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
