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
   * Reports that one more step of the work is done.
   *
   * @param work name of the work, such as {@code reading ranks}
   * @param done number of steps of the work that are done
   * @param total number of all steps of the work
   */
  void step(String work, long done, long total);
}
