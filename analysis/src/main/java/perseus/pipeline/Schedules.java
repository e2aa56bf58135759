package perseus.pipeline;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import perseus.io.Named;

/** The pipeline schedules by name. A new schedule is one class and one entry here. */
public final class Schedules {
  /** One forward, one backward: the default. */
  public static final PipelineSchedule ONE_FORWARD_ONE_BACKWARD = new OneForwardOneBackward();

  /** All forwards, then all backwards. */
  public static final PipelineSchedule GPIPE = new GPipe();

  /** 1F1B with a recomputation before each backward. */
  public static final PipelineSchedule EARLY_RECOMPUTE = new EarlyRecompute();

  /**
   * A schedule or a family of schedules.
   *
   * @param name name on the command line, in lower case
   * @param shown name in messages, with the parameter of a family
   * @param parse makes the schedule from the name as the user wrote it
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
   * Finds a schedule by its name, in any case: {@code 1f1b}, {@code gpipe}, {@code
   * early_recompute_1f1b} or {@code interleaved:V}.
   *
   * @throws perseus.io.UserError if no schedule has this name
   */
  public static PipelineSchedule of(String name) {
    return find(name, ENTRIES);
  }

  /**
   * Finds a schedule by its name among those with one stage per rank.
   *
   * @throws perseus.io.UserError if none of these has this name
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
