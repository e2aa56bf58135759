package perseus.cli.common;

import java.util.function.Supplier;
import perseus.io.UserError;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Turns the {@link UserError} about the value of a flag into an error of wrong usage, with exit
 * code 2.
 */
public final class FlagValue {
  private FlagValue() {}

  /**
   * Calls {@code check}, which checks the values of flags.
   *
   * @throws ParameterException if {@code check} throws a {@link UserError}
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
   * Calls {@code reader}, which reads the value of a flag, and returns its result.
   *
   * @throws ParameterException if {@code reader} throws a {@link UserError}
   */
  public static <T> T of(CommandLine command, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (UserError e) {
      throw new ParameterException(command, e.getMessage(), e);
    }
  }
}
