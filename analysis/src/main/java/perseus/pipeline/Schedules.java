package perseus.pipeline;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import perseus.io.Named;

/**
 * Lists all implementations of {@link PipelineSchedule}, and finds one of them by its name. A new
 * schedule needs one class and one entry in this list.
 */
public final class Schedules {
  /** 1F1B, the default schedule, which alternates one forward and one backward. */
  public static final PipelineSchedule ONE_FORWARD_ONE_BACKWARD = new OneForwardOneBackward();

  /** The schedule GPipe, which runs all forwards, and then all backwards. */
  public static final PipelineSchedule GPIPE = new GPipe();

  /** The 1F1B schedule with a recomputation before each backward. */
  public static final PipelineSchedule EARLY_RECOMPUTE = new EarlyRecompute();

  /**
   * Describes one entry of the list: either one schedule, or a family of schedules whose names
   * contain a number, such as {@code interleaved:V}.
   *
   * @param name name on the command line, in lower case and without the number
   * @param shown name in error messages; for a family, this name contains a letter for the number,
   *     such as {@code interleaved:V}
   * @param parse function that creates the schedule from the name that the user wrote
   */
  private record Entry(String name, String shown, Function<String, PipelineSchedule> parse) {
    boolean matches(String given) {
      String lower = given.toLowerCase(Locale.ROOT);
      return lower.equals(name) || !shown.equals(name) && lower.startsWith(name + ":");
    }
  }

  private static final List<Entry> ENTRIES =
      List.of(
          single(ONE_FORWARD_ONE_BACKWARD),
          single(GPIPE),
          single(EARLY_RECOMPUTE),
          new Entry(Interleaved.NAME, Interleaved.NAME + ":V", Interleaved::of));

  private Schedules() {}

  private static Entry single(PipelineSchedule schedule) {
    return new Entry(schedule.name(), schedule.name(), name -> schedule);
  }

  /**
   * Finds a schedule by its name. The names are {@code 1f1b}, {@code gpipe}, {@code
   * early_recompute_1f1b} and {@code interleaved:V}. Upper and lower case are treated as equal.
   *
   * @throws perseus.io.UserError if no schedule has this name
   */
  public static PipelineSchedule of(String name) {
    return find(name, ENTRIES);
  }

  /**
   * Finds a schedule with one stage per rank by its name.
   *
   * @throws perseus.io.UserError if no schedule with one stage per rank has this name
   */
  public static PipelineSchedule withOneStagePerRank(String name) {
    return find(
        name, ENTRIES.stream().filter(entry -> entry.shown().equals(entry.name())).toList());
  }

  private static PipelineSchedule find(String name, List<Entry> entries) {
    return entries.stream()
        .filter(entry -> entry.matches(name))
        .findFirst()
        .orElseThrow(
            () -> Named.unknown("schedule", name, entries.stream().map(Entry::shown).toList()))
        .parse()
        .apply(name);
  }
}
