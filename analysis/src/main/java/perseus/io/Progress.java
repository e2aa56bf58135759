package perseus.io;

/**
 * Defines the interface that receives reports about the progress of long work.
 *
 * <p>Several threads may call {@link #step} at the same time.
 */
@FunctionalInterface
public interface Progress {
  /** Ignores all reports. */
  Progress NONE = (work, done, total) -> {};

  /**
   * Reports that one more step of the work is done.
   *
   * @param work name of the work, such as {@code reading ranks}
   * @param done number of steps that are done
   * @param total total number of steps
   */
  void step(String work, long done, long total);
}
