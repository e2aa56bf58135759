package perseus.extension;

import perseus.io.UserError;

/**
 * Signals that an extension cannot be used. Unlike an unknown name, this is no wrong usage of a
 * command.
 */
public final class ExtensionError extends UserError {
  private static final long serialVersionUID = 1;

  ExtensionError(String message, Throwable cause) {
    super(message, cause);
  }
}
