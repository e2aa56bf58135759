package perseus.control.policy;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import perseus.control.Mode;
import perseus.io.UserError;

/**
 * Arguments that a user gives to a scheduler, by name. A scheduler takes the arguments that it
 * reads here; all others are refused by {@link #requireAllRead}.
 */
final class SchedulerArgs {
  private final String scheduler;
  private final Mode mode;
  private final Map<String, Object> values;
  private final Set<String> read = new LinkedHashSet<>();

  SchedulerArgs(String scheduler, Mode mode, Map<String, Object> values) {
    this.scheduler = scheduler;
    this.mode = mode;
    this.values = values;
  }

  /** Returns the mode in which the scheduler will run. */
  Mode mode() {
    return mode;
  }

  /**
   * Reads a whole number.
   *
   * @param minimum smallest value that is accepted
   * @param otherwise value of an absent argument
   * @throws UserError if the argument is something else or too small
   */
  int integer(String name, int minimum, int otherwise) {
    Object value = read(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Integer number && number >= minimum) {
      return number;
    }
    throw wrong(name, "a whole number of at least " + minimum);
  }

  /**
   * Reads a number from 0 to 1.
   *
   * @param otherwise value of an absent argument
   * @throws UserError if the argument is something else
   */
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

  /**
   * Reads a truth value; an absent argument is false.
   *
   * @throws UserError if the argument is something else
   */
  boolean flag(String name) {
    Object value = read(name);
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw wrong(name, "true or false");
  }

  /**
   * Reads a text.
   *
   * @param otherwise value of an absent argument
   * @throws UserError if the argument is something else
   */
  String text(String name, String otherwise) {
    Object value = read(name);
    if (value == null || value instanceof String) {
      return value == null ? otherwise : (String) value;
    }
    throw wrong(name, "a text");
  }

  /**
   * Reads a path that must be given.
   *
   * @param meaning what the path leads to, for the error's sentence
   * @throws UserError if the argument is absent or not a path
   */
  Path requiredPath(String name, String meaning) {
    String text = text(name, null);
    if (text == null) {
      throw new UserError(
          "The scheduler %s needs the argument %s, %s, as in {\"%s\": \"...\"}."
              .formatted(scheduler, name, meaning, name));
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw wrong(name, "a path");
    }
  }

  /**
   * Checks that the scheduler has read all arguments that were given.
   *
   * @throws UserError if it takes no argument of some name; the sentence lists those that it takes
   */
  void requireAllRead() {
    for (String name : values.keySet()) {
      if (!read.contains(name)) {
        throw new UserError(
            "The scheduler %s has no argument '%s'; it takes %s."
                .formatted(scheduler, name, String.join(", ", read)));
      }
    }
  }

  private Object read(String name) {
    read.add(name);
    return values.get(name);
  }

  private UserError wrong(String name, String wanted) {
    return new UserError(
        "The argument %s of the scheduler %s must be %s, not %s."
            .formatted(name, scheduler, wanted, values.get(name)));
  }
}
