package perseus.io;

/**
 * Defines the interface that receives reports about the progress of long work.
 *
 * <p>Several threads may call {@link #step} at the same time.
 */
@FunctionalInterface
public interface Progress {
  /** Ignores all progress reports. */
  Progress NONE = (work, done, total) -> {};

  /**
   * Reports how many steps of the work are done. The program calls this method after each step.
   *
   * @param work name of the work, such as {@code reading ranks}
   * @param done number of steps of the work that are done
   * @param total number of all steps of the work
   */
  void step(String work, long done, long total);
}
