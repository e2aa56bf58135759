package perseus.cli.common;

import java.util.function.Supplier;
import perseus.extension.ExtensionError;
import perseus.io.UserError;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Turns a {@link UserError} about the value of a flag into a {@code ParameterException}. The
 * command then ends with exit code 2 for wrong usage.
 */
public final class FlagValue {
  private FlagValue() {}

  /**
   * Calls the function {@code check}, which checks the values of flags.
   *
   * @throws ParameterException if the function {@code check} throws a {@link UserError}
   */
  public static void check(CommandLine command, Runnable check) {
    of(
        command,
        () -> {
          check.run();
          return null;
        });
  }

  /**
   * Calls the function {@code reader}, which reads the value of a flag, and returns this value.
   *
   * @throws ParameterException if the function {@code reader} throws a {@link UserError}
   * @throws ExtensionError if the function {@code reader} throws it, because a broken extension is
   *     not a wrong usage of the command
   */
  public static <T> T of(CommandLine command, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (ExtensionError e) {
      throw e;
    } catch (UserError e) {
      throw new ParameterException(command, e.getMessage(), e);
    }
  }

  /**
   * Checks that the value of a flag lies in a range.
   *
   * @param unit unit that follows each number in the error message, with a leading space; may be
   *     empty
   * @throws UserError if the value is outside the range or not a number
   */
  public static void requireBetween(
      String flag, double value, double min, double max, String unit) {
    if (!(value >= min && value <= max)) {
      throw new UserError(
          "%s is %s, but must be from %s to %s%s."
              .formatted(flag, number(value), number(min), number(max), unit));
    }
  }

  /** Returns a number as text, without decimals if it is a whole number. */
  public static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }
}
