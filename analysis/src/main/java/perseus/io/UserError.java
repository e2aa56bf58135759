package perseus.io;

/**
 * Signals an error that the user can correct, such as a damaged file or a wrong option.
 *
 * <p>The error message is a complete text for the user. The error message names the problem and its
 * location (file, line, column), and tells the user what to do. Commands print the error message
 * unchanged and exit with code 1.
 */
public class UserError extends RuntimeException {
  public UserError(String message) {
    super(message);
  }

  public UserError(String message, Throwable cause) {
    super(message, cause);
  }
}
