package perseus.extension;

import perseus.io.UserError;

/**
 * Signals that an extension cannot be used. Unlike an unknown name, this error does not mean that a
 * user called a command in a wrong way.
 */
public final class ExtensionError extends UserError {
  private static final long serialVersionUID = 1;

  ExtensionError(String message, Throwable cause) {
    super(message, cause);
  }
}
