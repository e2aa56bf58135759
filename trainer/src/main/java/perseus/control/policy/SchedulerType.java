package perseus.control.policy;

import java.util.List;
import java.util.function.Function;
import perseus.control.Mode;
import perseus.io.UserError;

/**
 * Describes one scheduler in the registry {@link Schedulers}: its name, its modes (clocks or power
 * limits), and the function that reads its arguments.
 *
 * @param name name of the scheduler
 * @param modes modes (kinds of power states: clock or power limit) that the scheduler can use; the
 *     default mode is the first one
 * @param needsReports whether the scheduler chooses its next schedules by the times and energies
 *     that the ranks report
 * @param parser function that reads the scheduler's arguments
 */
record SchedulerType(
    String name,
    List<Mode> modes,
    boolean needsReports,
    Function<SchedulerArgs, SchedulerSetup> parser) {

  /**
   * Returns the mode (kind of power state: clock or power limit) that the scheduler will use.
   *
   * @param wanted the mode (clock or power limit) that the user asks for; null for the scheduler's
   *     default mode
   * @throws UserError if the scheduler cannot use the mode that the user asks for
   */
  Mode mode(Mode wanted) {
    if (wanted == null) {
      return modes.get(0);
    }
    if (!modes.contains(wanted)) {
      throw new UserError(
          "The scheduler %s runs in the mode '%s' only, not in '%s'."
              .formatted(name, modes.get(0), wanted));
    }
    return wanted;
  }
}
