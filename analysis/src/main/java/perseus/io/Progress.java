package perseus.io;

/**
 * Receives reports of the progress of long work.
 *
 * <p>Several threads may call it at the same time.
 */
@FunctionalInterface
public interface Progress {
  /** Ignores all reports. */
  Progress NONE = (work, done, total) -> {};

  /**
   * Reports that a step is done.
   *
   * @param work name of the work, such as {@code reading ranks}
   * @param done number of steps that are done
   * @param total number of all steps
   */
  void step(String work, long done, long total);
}
