package perseus.gpu;

import perseus.io.UserError;

/**
 * Signals that a call of a GPU's driver has failed. The message of a {@code GpuException} tells the
 * user what to do.
 */
public final class GpuException extends UserError {
  /** Lists the reasons why a call of the driver can fail. */
  public enum Reason {
    /** The driver or its library is missing. */
    NO_DRIVER,
    /** The process has no permission to use the GPU or to change its clocks. */
    NO_PERMISSION,
    /** The GPU or the installed driver does not support the called function. */
    NOT_SUPPORTED,
    /** The driver does not accept the given clock or power limit. */
    REFUSED,
    /** The GPU does not answer any more. */
    GPU_LOST,
    /** The call has failed for another reason. */
    OTHER
  }

  private final Reason reason;

  public GpuException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Returns the reason why the call has failed. */
  public Reason reason() {
    return reason;
  }
}
