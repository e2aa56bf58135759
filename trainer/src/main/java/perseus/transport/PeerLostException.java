package perseus.transport;

/** Another rank is gone, which is seldom the cause of a failure: that rank has one of its own. */
public final class PeerLostException extends RuntimeException {
  /** Exit code of a rank's process that failed because another rank is lost. */
  public static final int EXIT_CODE = 75;

  private static final long serialVersionUID = 1;

  public PeerLostException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
