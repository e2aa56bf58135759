package perseus.transport;

/**
 * Thrown if the connection to another rank is lost. This is rarely the cause of a job's failure:
 * mostly the other rank has failed before, and reports why.
 */
public final class PeerLostException extends RuntimeException {
  /** Exit code of a rank's process that ends because it has lost another rank. */
  public static final int EXIT_CODE = 75;

  private static final long serialVersionUID = 1;

  /**
   * @param sentence the message to the user
   * @param cause null if there is none
   */
  public PeerLostException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
