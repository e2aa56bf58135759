package perseus.io;

/**
 * An input that cannot be used. The message is one sentence for the user: what is wrong, where
 * (file, line, column), and what to do about it. Commands print it as it is and exit with 1.
 */
public final class UserError extends RuntimeException {
  public UserError(String message) {
    super(message);
  }

  public UserError(String message, Throwable cause) {
    super(message, cause);
  }
}
