package perseus.io;

/** Hears how far long work has come; may be called from several threads. */
@FunctionalInterface
public interface Progress {
  /** Hears nothing. */
  Progress NONE = (what, done, total) -> {};

  /**
   * Called after each step.
   *
   * @param what the work, such as {@code reading ranks}
   * @param done steps done
   * @param total steps in all
   */
  void step(String what, long done, long total);
}
