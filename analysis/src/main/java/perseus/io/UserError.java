package perseus.io;

/**
 * An error that the user can correct, such as a damaged file or a wrong option.
 *
 * <p>The message is a complete text for the user: what is wrong, where (file, line, column), and
 * what to do about it. Commands print it unchanged and exit with code 1.
 */
public final class UserError extends RuntimeException {
  public UserError(String message) {
    super(message);
  }

  public UserError(String message, Throwable cause) {
    super(message, cause);
  }
}
