package perseus.notebook;

/** A cell that does not compile, or that threw an exception. The message is for the user. */
public final class CellError extends RuntimeException {
  /**
   * @param message what is wrong, in one or more lines: errors of the compiler with the lines of
   *     the cell, or an exception with its stack trace
   */
  CellError(String message) {
    super(message, null, false, false);
  }
}
