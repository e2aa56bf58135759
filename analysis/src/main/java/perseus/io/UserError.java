package perseus.io;

import java.util.regex.Pattern;

/**
 * Signals an error that the user can correct, such as a damaged file or a wrong flag.
 *
 * <p>Control characters in the error message are replaced by question marks. Otherwise, text from a
 * damaged file could change the user's terminal.
 *
 * <p>The error message is a complete text for the user. The error message names the problem and its
 * location (file, line, column), and tells the user what to do. Commands print the error message
 * unchanged and exit with code 1.
 */
public class UserError extends RuntimeException {
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\x{80}-\\x{9f}&&[^\\n\\t]]");

  public UserError(String message) {
    super(printable(message));
  }

  public UserError(String message, Throwable cause) {
    super(printable(message), cause);
  }

  private static String printable(String message) {
    return message == null ? null : CONTROL.matcher(message).replaceAll("?");
  }
}
