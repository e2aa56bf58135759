package perseus.cli.train;

import java.util.function.Supplier;
import perseus.io.UserError;

/** Adds the names of flags to error messages of library classes, which do not know the flags. */
final class FlagHint {
  private FlagHint() {}

  /**
   * Calls a library method, and names the flags that the user can change if the method fails.
   *
   * @param flags the flags, such as {@code --pp, --tp}
   * @throws UserError if {@code call} does, with its message followed by the flags
   */
  static <T> T with(String flags, Supplier<T> call) {
    try {
      return call.get();
    } catch (UserError e) {
      throw new UserError("%s (%s).".formatted(e.getMessage().replaceFirst("\\.$", ""), flags), e);
    }
  }

  /** Like {@link #with(String, Supplier)}, for a method without a result. */
  static void with(String flags, Runnable call) {
    with(
        flags,
        () -> {
          call.run();
          return null;
        });
  }
}
