package perseus.parallel;

/** Another rank is gone, which is seldom the cause of a failure: that rank has one of its own. */
public final class PeerLostException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public PeerLostException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
