package perseus.transport;

/**
 * Reports that the connection to another rank is lost. A lost connection between two ranks is
 * rarely the cause of a job's failure. In most cases, the rank at the other end of the lost
 * connection has failed first and reports the cause of the failure.
 */
public final class PeerLostException extends RuntimeException {
  /**
   * A rank's process ends with the exit code {@code EXIT_CODE} if it has lost the connection to
   * another rank.
   */
  public static final int EXIT_CODE = 75;

  private static final long serialVersionUID = 1;

  /**
   * @param sentence the error message for the user
   * @param cause the exception that caused the loss of the connection; null if no exception caused
   *     the loss
   */
  public PeerLostException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
