package perseus.cli.interruption;

/** A command that says which results remain when a signal such as Ctrl-C ends it. */
public interface Interruptible {
  /**
   * Returns a sentence that says what was kept and what was not; null if the command has already
   * said so. The process is ending when this method is called, so the method must not take long.
   */
  String kept();

  /**
   * Returns whether the thread of the command is interrupted, and gets some seconds to remove its
   * unfinished files, before {@link #kept} is called.
   */
  default boolean stopsWork() {
    return false;
  }
}
