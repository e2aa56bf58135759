package perseus.gpu;

import perseus.io.UserError;

/**
 * Signals that a call of a GPU's driver has failed. The message is a complete sentence that tells
 * the user what to do.
 */
public final class GpuException extends UserError {
  /** Lists the reasons of a failed call that callers distinguish. */
  public enum Reason {
    /** The driver or its library is missing. */
    NO_DRIVER,
    /** The process is not permitted to use the GPU or to change a setting. */
    NO_PERMISSION,
    /** The GPU or the installed driver does not have this function. */
    NOT_SUPPORTED,
    /**
     * The driver does not accept the value of a setting, such as a clock; other values may work.
     */
    REFUSED,
    /** The GPU does not answer any more. */
    GPU_LOST,
    /** A failure for a reason that this list does not name. */
    OTHER
  }

  private final Reason reason;

  public GpuException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Returns the reason of the failed call. */
  public Reason reason() {
    return reason;
  }
}
