package perseus.control.policy;

import java.util.List;
import java.util.function.Function;
import perseus.control.Mode;

/**
 * Describes one scheduler of the list {@link Schedulers}: its name, the modes (clocks or power
 * limits) that it supports, and its arguments. A plan server uses one {@code SchedulerType} to
 * create a {@link perseus.control.Scheduler} for each of its jobs. All methods are thread-safe.
 */
public interface SchedulerType {
  /** Returns the name by which users choose the scheduler. */
  String name();

  /**
   * Returns the modes (clocks or power limits) that the scheduler supports; the first mode is the
   * default.
   */
  default List<Mode> modes() {
    return List.of(Mode.FREQUENCY);
  }

  /**
   * Returns whether the scheduler needs the times and energies that the ranks report. If the
   * scheduler needs the reports of ranks, the plan server refuses jobs whose ranks do not report.
   */
  default boolean needsReports() {
    return true;
  }

  /**
   * Reads the scheduler's arguments. An argument that the method {@code read} does not use is
   * refused.
   *
   * @throws perseus.io.UserError if the value of an argument is not allowed, or if a required
   *     argument is missing
   */
  SchedulerSetup read(SchedulerArgs args);

  /**
   * Returns a {@code SchedulerType} from its values. The method {@link #read} of the returned
   * object calls {@code parser}.
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
