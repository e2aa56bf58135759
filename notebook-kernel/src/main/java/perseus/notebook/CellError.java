package perseus.notebook;

/**
 * Signals that a cell does not compile, or that it has thrown an exception. The message is for the
 * user.
 */
public final class CellError extends RuntimeException {
  /**
   * @param message description of the error: the compiler's errors with the lines of the cell, or
   *     an exception with its stack trace
   */
  CellError(String message) {
    super(message, null, false, false);
  }
}
