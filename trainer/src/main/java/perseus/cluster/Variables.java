package perseus.cluster;

import java.util.Map;
import perseus.io.UserError;

/** Reads environment variables. A variable whose value is blank counts as not set. */
final class Variables {
  private final Map<String, String> environment;

  Variables(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Returns the value of a variable without surrounding space, or null if it is not set. */
  String text(String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  /**
   * Returns the value of a variable that must be a whole number, or null if it is not set.
   *
   * @throws UserError if the value is not a whole number, or is less than {@code minimum}
   */
  Integer number(String name, int minimum) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= minimum) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The value is not a number, so the last statement of this method throws the error.
    }
    throw new UserError(
        "The environment variable %s is '%s', but must be a whole number of at least %d."
            .formatted(name, value, minimum));
  }

  /** Returns a number and the name of its variable, or null if the variable is not set. */
  Setting setting(String name, int minimum) {
    Integer number = number(name, minimum);
    return number == null ? null : new Setting(name, number);
  }

  /**
   * Returns a number that a program such as srun always sets, and the name of its variable.
   *
   * @param starter name of the program for the error message, such as torchrun
   * @throws UserError if the variable is not set, is not a whole number, or is less than {@code
   *     minimum}
   */
  Setting required(String name, int minimum, String starter) {
    requiredText(name, starter);
    return setting(name, minimum);
  }

  /**
   * Returns the value of a variable that a program such as srun always sets.
   *
   * @param starter name of the program for the error message, such as torchrun
   * @throws UserError if the variable is not set
   */
  String requiredText(String name, String starter) {
    String value = text(name);
    if (value == null) {
      throw new UserError(
          "%s has started this process, but the environment variable %s is not set. Set NNODES, NODE_RANK and MASTER_ADDR."
              .formatted(starter, name));
    }
    return value;
  }
}
