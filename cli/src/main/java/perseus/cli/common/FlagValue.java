package perseus.cli.common;

import java.util.function.Supplier;
import perseus.io.UserError;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Values of flags that more than their type says whether they mean something. */
public final class FlagValue {
  private FlagValue() {}

  /**
   * Checks flags' values.
   *
   * @throws ParameterException if {@code check} refuses one
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
   * What {@code meaning} makes of a flag's value.
   *
   * @throws ParameterException if it refuses the value: that is wrong usage, as is a flag that does
   *     not exist
   */
  public static <T> T of(CommandLine command, Supplier<T> meaning) {
    try {
      return meaning.get();
    } catch (UserError e) {
      throw new ParameterException(command, e.getMessage(), e);
    }
  }
}
