package perseus.gpu.clock.lease;

import perseus.io.UserError;

/**
 * Signals that another process has reserved a GPU, so that this process may not set the clocks of
 * the GPU.
 */
public final class LeaseHeldException extends UserError {
  private final boolean givingBack;

  /**
   * @param givingBack whether the other process reserves the GPU only for some seconds to reset it
   */
  LeaseHeldException(String message, boolean givingBack) {
    super(message);
    this.givingBack = givingBack;
  }

  /** Returns whether the other process reserves the GPU only for some seconds to reset it. */
  boolean givingBack() {
    return givingBack;
  }
}
