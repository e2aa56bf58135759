package perseus.io;

/**
 * Signals an error that the user can correct, such as a damaged file or a wrong option.
 *
 * <p>The message is a complete text for the user. The message names the problem and the place
 * (file, line, column), and tells the user what to do. Commands print the message unchanged and
 * exit with code 1.
 */
public final class UserError extends RuntimeException {
  public UserError(String message) {
    super(message);
  }

  public UserError(String message, Throwable cause) {
    super(message, cause);
  }
}
