package perseus.cli.train;

import java.util.function.Supplier;
import perseus.extension.ExtensionError;
import perseus.io.UserError;

/**
 * Adds the names of flags to the error messages of classes that do not know the flags of commands.
 */
final class FlagHint {
  private FlagHint() {}

  /**
   * Calls the function {@code call} and returns its value. If the function fails, the error message
   * names the flags that the user can change.
   *
   * @param flags names of the flags that the user can change, such as {@code --pp, --tp}
   * @throws UserError if {@code call} throws a {@link UserError}; the new error message is the
   *     message of {@code call} followed by the names of the flags
   */
  static <T> T with(String flags, Supplier<T> call) {
    try {
      return call.get();
    } catch (ExtensionError e) {
      throw e;
    } catch (UserError e) {
      throw new UserError("%s (%s).".formatted(e.getMessage().replaceFirst("\\.$", ""), flags), e);
    }
  }

  /**
   * Calls the function {@code call}, which returns no value. If the function fails, the error
   * message names the flags that the user can change.
   */
  static void with(String flags, Runnable call) {
    with(
        flags,
        () -> {
          call.run();
          return null;
        });
  }
}
