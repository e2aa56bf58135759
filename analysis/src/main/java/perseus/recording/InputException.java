package perseus.recording;

/**
 * An input that cannot be used. The message is one sentence for the user: what is wrong, where
 * (file, line, column), and what to do about it. Commands print it as it is and exit with 1.
 */
public final class InputException extends RuntimeException {
  public InputException(String message) {
    super(message);
  }

  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
