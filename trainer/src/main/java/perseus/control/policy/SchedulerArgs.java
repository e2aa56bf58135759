package perseus.control.policy;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import perseus.io.UserError;

/** The arguments of a scheduler by name, as {@code --scheduler-args} gives them. */
final class SchedulerArgs {
  private final String scheduler;
  private final Map<String, Object> values;
  private final Set<String> unread;

  SchedulerArgs(String scheduler, Map<String, Object> values) {
    this.scheduler = scheduler;
    this.values = values;
    this.unread = new HashSet<>(values.keySet());
  }

  int integer(String name, int least, int otherwise) {
    Object value = read(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Integer number && number >= least) {
      return number;
    }
    throw wrong(name, "a whole number from " + least + " up");
  }

  double share(String name, double otherwise) {
    Object value = read(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= 1) {
      return number.doubleValue();
    }
    throw wrong(name, "a number from 0 to 1");
  }

  boolean flag(String name) {
    Object value = read(name);
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw wrong(name, "true or false");
  }

  String text(String name, String otherwise) {
    Object value = read(name);
    if (value == null || value instanceof String) {
      return value == null ? otherwise : (String) value;
    }
    throw wrong(name, "a text");
  }

  /**
   * @throws UserError if it is not there
   */
  Path requiredPath(String name, String what) {
    String text = text(name, null);
    if (text == null) {
      throw new UserError(
          "The scheduler %s needs the argument %s, %s: --scheduler-args '{\"%s\": \"...\"}'."
              .formatted(scheduler, name, what, name));
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw wrong(name, "a path");
    }
  }

  /**
   * @throws UserError if there are arguments that nobody has asked for
   */
  void requireAllRead() {
    if (!unread.isEmpty()) {
      throw new UserError(
          "The scheduler %s has no argument '%s'.".formatted(scheduler, unread.iterator().next()));
    }
  }

  private Object read(String name) {
    unread.remove(name);
    return values.get(name);
  }

  private UserError wrong(String name, String wanted) {
    return new UserError(
        "The argument %s of the scheduler %s is %s, not %s."
            .formatted(name, scheduler, values.get(name), wanted));
  }
}
