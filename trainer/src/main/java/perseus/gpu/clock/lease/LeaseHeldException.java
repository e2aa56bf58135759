package perseus.gpu.clock.lease;

import perseus.io.UserError;

/**
 * Signals that another process that is alive holds the lease of a GPU (the right to set its
 * clocks).
 */
public final class LeaseHeldException extends UserError {
  private final boolean givingBack;

  /**
   * Creates the error about a lease (the right to set the clocks of a GPU).
   *
   * @param givingBack whether the other process took the lease only to reset the GPU; such a lease
   *     ends within seconds
   */
  LeaseHeldException(String message, boolean givingBack) {
    super(message);
    this.givingBack = givingBack;
  }

  /**
   * Returns whether the other process took the lease (the right to set the clocks) only to reset
   * the GPU. Such a lease ends within seconds.
   */
  boolean givingBack() {
    return givingBack;
  }
}
