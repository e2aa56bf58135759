package perseus.cli.interruption;

/**
 * Defines a command that can tell the user which results remain when a signal such as Ctrl-C ends
 * it.
 */
public interface Interruptible {
  /**
   * Returns a sentence about kept and lost results for the user; null if the command has already
   * printed it. The process is ending when this method is called, so the method must not take long.
   */
  String kept();

  /**
   * Returns whether a signal interrupts the thread of the command. If the method returns true, the
   * thread gets some seconds to remove its unfinished files before {@link #kept} is called.
   */
  default boolean stopsWork() {
    return false;
  }
}
