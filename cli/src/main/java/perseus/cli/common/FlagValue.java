package perseus.cli.common;

import java.util.function.Supplier;
import perseus.io.UserError;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Reports a wrong value of a flag as wrong usage. */
public final class FlagValue {
  private FlagValue() {}

  /**
   * Runs a check of flags' values.
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
   * Returns what a reader makes of a flag's value.
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
