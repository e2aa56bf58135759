package perseus.control.policy;

import java.util.List;
import java.util.function.Function;
import perseus.control.Mode;
import perseus.io.UserError;

/**
 * Description of a scheduler that {@link Schedulers} offers by name.
 *
 * @param name name of the scheduler
 * @param modes modes that it can run in, the default first
 * @param parser reads the scheduler's arguments
 */
record SchedulerType(
    String name, List<Mode> modes, Function<SchedulerArgs, SchedulerSetup> parser) {

  /**
   * Returns the mode to run in.
   *
   * @param wanted the mode that the user asks for; null for the default
   * @throws UserError if the scheduler cannot run in that mode
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
