package perseus.cli.server;

import java.util.Optional;
import java.util.function.UnaryOperator;
import perseus.io.UserError;

/**
 * Reads the settings of the plan server that the user gave as environment variables instead of
 * flags.
 *
 * @param variables function that returns the value of the environment variable with a given name;
 *     null if the variable is not set
 */
record ServerVariables(UnaryOperator<String> variables) {

  /**
   * Returns the value of the flag, or else of the environment variable with the prefix {@code
   * PERSEUS_} or {@code ZEUS_PFO_}.
   *
   * @param flag value of the flag; null if the user did not give the flag
   * @param name name of the environment variable without {@code PERSEUS_} or {@code ZEUS_PFO_}
   */
  Optional<String> either(String flag, String name) {
    return Optional.ofNullable(flag)
        .or(() -> set("PERSEUS_" + name))
        .or(() -> set("ZEUS_PFO_" + name));
  }

  /** Returns the value of an environment variable; empty if it is not set or blank. */
  private Optional<String> set(String variable) {
    return Optional.ofNullable(variables.apply(variable)).filter(value -> !value.isBlank());
  }

  /** Returns the full name of the environment variable that {@link #either} reads. */
  String variable(String name) {
    return (set("PERSEUS_" + name).isPresent() ? "PERSEUS_" : "ZEUS_PFO_") + name;
  }

  /**
   * Returns a whole number from a flag, or else from an environment variable, or else {@code
   * otherwise}.
   *
   * @throws UserError if the environment variable contains a text that is not a whole number
   */
  long number(Number flag, String name, long otherwise) {
    if (flag != null) {
      return flag.longValue();
    }
    Optional<String> value = either(null, name);
    try {
      return value.map(Long::valueOf).orElse(otherwise);
    } catch (NumberFormatException e) {
      throw new UserError(
          "The environment variable %s must be a whole number, not '%s'."
              .formatted(variable(name), value.orElseThrow()),
          e);
    }
  }
}
