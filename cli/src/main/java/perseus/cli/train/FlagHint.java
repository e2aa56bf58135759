package perseus.cli.train;

import java.util.function.Supplier;
import perseus.io.UserError;

/** Adds names of flags to the error messages of other classes, which do not know the flags. */
final class FlagHint {
  private FlagHint() {}

  /**
   * Calls {@code call}, which is a method of another class. If the method fails, the error names
   * the flags that the user can change.
   *
   * @param flags the flags, such as {@code --pp, --tp}
   * @throws UserError if {@code call} throws a {@link UserError}; the new message is the old
   *     message followed by the flags
   */
  static <T> T with(String flags, Supplier<T> call) {
    try {
      return call.get();
    } catch (UserError e) {
      throw new UserError("%s (%s).".formatted(e.getMessage().replaceFirst("\\.$", ""), flags), e);
    }
  }

  /**
   * Calls {@code call}, which is a method without a result. If the method fails, the error names
   * the flags that the user can change.
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
