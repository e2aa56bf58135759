package perseus.pipeline;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import perseus.io.Named;

/**
 * Lists all implementations of {@link PipelineSchedule}, and finds one of them by its name. A new
 * pipeline schedule needs one class and one entry in the list of this class.
 */
public final class Schedules {
  /** The default pipeline schedule, 1F1B, which alternates one forward and one backward. */
  public static final PipelineSchedule ONE_FORWARD_ONE_BACKWARD = new OneForwardOneBackward();

  /** The pipeline schedule GPipe, which runs all forwards, and then all backwards. */
  public static final PipelineSchedule GPIPE = new GPipe(false);

  /** The pipeline schedule GPipe with the backwards in the order of the microbatches. */
  public static final PipelineSchedule GPIPE_IN_ORDER = new GPipe(true);

  /** The pipeline schedule 1F1B with a recomputation of activations before each backward. */
  public static final PipelineSchedule EARLY_RECOMPUTE = new EarlyRecompute();

  /** The pipeline schedule ZB-H1, with divided backwards. */
  public static final PipelineSchedule ZERO_BUBBLE = new ZeroBubble();

  /**
   * Describes a pipeline schedule of the list, or a family of schedules whose names contain a
   * number, such as {@code interleaved:V}.
   *
   * @param name name of the schedule on the command line, in lower case; for a family of schedules,
   *     the name without the number
   * @param shown name of the schedule in error messages; for a family of schedules, the name with a
   *     letter in place of the number, such as {@code interleaved:V}
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
          single(GPIPE_IN_ORDER),
          single(EARLY_RECOMPUTE),
          single(ZERO_BUBBLE),
          new Entry(Interleaved.NAME, Interleaved.NAME + ":V", Interleaved::of));

  private Schedules() {}

  private static Entry single(PipelineSchedule schedule) {
    return new Entry(schedule.name(), schedule.name(), name -> schedule);
  }

  /**
   * Finds a pipeline schedule by its name. The names of the schedules are {@code 1f1b}, {@code
   * gpipe}, {@code gpipe_in_order}, {@code early_recompute_1f1b}, {@code zb-h1} and {@code
   * interleaved:V} or {@code interleaved:V:N}. Upper and lower case letters of a name are treated
   * as equal.
   *
   * @throws perseus.io.UserError if no schedule has this name
   */
  public static PipelineSchedule of(String name) {
    return find(name, ENTRIES);
  }

  /**
   * Finds a pipeline schedule by its name, among the schedules with one stage per rank.
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
