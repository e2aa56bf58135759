package perseus.control.policy;

import java.util.List;
import java.util.function.Function;
import perseus.control.Mode;

/**
 * Describes one scheduler in the registry {@link Schedulers}: its name, its modes (clocks or power
 * limits), and how to read its arguments. A plan server has one object of this interface, and
 * creates a {@link perseus.control.Scheduler} for each of its jobs. Several threads may call the
 * methods at the same time.
 */
public interface SchedulerType {
  /** Returns the name by which users choose the scheduler. */
  String name();

  /**
   * Returns the modes (kinds of power states: clock or power limit) that the scheduler can use, at
   * least one; the default mode is the first one.
   */
  default List<Mode> modes() {
    return List.of(Mode.FREQUENCY);
  }

  /**
   * Returns whether the scheduler chooses its next schedules by the times and energies that the
   * ranks report. If so, the plan server refuses jobs whose ranks do not report.
   */
  default boolean needsReports() {
    return true;
  }

  /**
   * Reads the scheduler's arguments. An argument that this method does not read is refused.
   *
   * @throws perseus.io.UserError if the value of an argument is not allowed, or if a required
   *     argument is missing
   */
  SchedulerSetup read(SchedulerArgs args);

  /**
   * Returns a scheduler type with the given properties. Its method {@link #read} calls {@code
   * parser}.
   */
  static SchedulerType of(
      String name,
      List<Mode> modes,
      boolean needsReports,
      Function<SchedulerArgs, SchedulerSetup> parser) {
    return new SchedulerType() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<Mode> modes() {
        return modes;
      }

      @Override
      public boolean needsReports() {
        return needsReports;
      }

      @Override
      public SchedulerSetup read(SchedulerArgs args) {
        return parser.apply(args);
      }
    };
  }
}
