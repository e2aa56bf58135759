package perseus.control.policy;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import perseus.control.Mode;
import perseus.io.UserError;

/**
 * Reads and checks the arguments that a user gives to a scheduler. A scheduler accepts exactly the
 * arguments that it reads from its {@code SchedulerArgs} object. The method {@link #requireAllRead}
 * refuses all arguments that the scheduler has not read.
 */
public final class SchedulerArgs {
  private final String scheduler;
  private final Mode mode;
  private final Map<String, Object> values;
  private final Set<String> read = new LinkedHashSet<>();

  SchedulerArgs(String scheduler, Mode mode, Map<String, Object> values) {
    this.scheduler = scheduler;
    this.mode = mode;
    this.values = values;
  }

  /** Returns the kind of power state (clock or power limit) that the scheduler will set. */
  public Mode mode() {
    return mode;
  }

  /**
   * Reads an argument of the scheduler that is a whole number.
   *
   * @param minimum smallest accepted value of the argument
   * @param otherwise value that is returned if the user has not given the argument
   * @throws UserError if the argument is not a whole number or is below {@code minimum}
   */
  public int integer(String name, int minimum, int otherwise) {
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
   * Reads an argument of the scheduler that is a number in the range from 0 to 1.
   *
   * @param otherwise value that is returned if the user has not given the argument
   * @throws UserError if the argument is not a number from 0 to 1
   */
  public double share(String name, double otherwise) {
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
   * Reads an argument of the scheduler that is a fraction above 0 and at most 1. Returns null if
   * the user has not given the argument.
   *
   * @throws UserError if the argument is not a number above 0 and at most 1
   */
  public Double fraction(String name) {
    if (read(name) == null) {
      return null;
    }
    double value = share(name, 0);
    if (value == 0) {
      throw wrong(name, "a number above 0, such as 0.02");
    }
    return value;
  }

  /**
   * Reads an argument of the scheduler that is a boolean. Returns false if the user has not given
   * the argument.
   *
   * @throws UserError if the argument is not a boolean
   */
  public boolean flag(String name) {
    Object value = read(name);
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw wrong(name, "true or false");
  }

  /**
   * Reads an argument of the scheduler that is a text.
   *
   * @param otherwise value that is returned if the user has not given the argument
   * @throws UserError if the argument is not a text
   */
  public String text(String name, String otherwise) {
    Object value = read(name);
    if (value == null || value instanceof String) {
      return value == null ? otherwise : (String) value;
    }
    throw wrong(name, "a text");
  }

  /**
   * Reads a path. The user must give this argument of the scheduler.
   *
   * @param meaning description of the expected file or directory, which the error message contains
   * @throws UserError if the user has not given the argument or if it is not a path
   */
  public Path requiredPath(String name, String meaning) {
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
   * Checks that the scheduler has read all arguments that the user has given.
   *
   * @throws UserError if the scheduler does not accept one of the arguments; the error message
   *     lists the accepted arguments
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
