package perseus.extension;

import perseus.io.UserError;

/**
 * Signals that an extension cannot be used. The cause of an {@code ExtensionError} is a faulty
 * extension, not a faulty command line.
 */
public final class ExtensionError extends UserError {
  private static final long serialVersionUID = 1;

  ExtensionError(String message, Throwable cause) {
    super(message, cause);
  }
}
