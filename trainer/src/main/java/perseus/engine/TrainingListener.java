package perseus.engine;

import perseus.control.Measurement;
import perseus.control.Round;

/**
 * Receives the events of a training run. A command that runs a training job implements this
 * interface, for example to show a progress bar.
 */
public interface TrainingListener {
  /** The listener {@code NONE} ignores all events. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * The training loop calls {@code roundStarted} when a frequency schedule starts.
   *
   * @param rounds maximum number of frequency schedules in the run
   * @param iterations maximum number of iterations under the frequency schedule. If a precision
   *     (maximum standard error) is required, very short iterations continue until they have taken
   *     3 seconds.
   */
  default void roundStarted(Round round, int rounds, int iterations) {}

  /**
   * The training loop calls {@code iterationFinished} when an iteration has finished.
   *
   * @param iteration number of the iteration. The first iteration under each frequency schedule has
   *     the number 1.
   * @param result time and loss of the iteration
   */
  default void iterationFinished(Round round, int iteration, Cluster.Iteration result) {}

  /**
   * The engine calls {@code rankPrinted} when the process of a rank has printed a line.
   *
   * @param error true if the rank has printed the line to standard error, false if to standard
   *     output
   */
  default void rankPrinted(int rank, String line, boolean error) {}

  /**
   * The engine calls {@code message} with a message for the user, for example that the job waits
   * for other nodes.
   */
  default void message(String text) {}

  /**
   * The engine calls {@code resumed} before the first frequency schedule if the run continues an
   * earlier run from a checkpoint.
   *
   * @param step number of training steps before this run
   */
  default void resumed(int step) {}

  /**
   * The engine calls {@code checkpointSaved} when a checkpoint is complete on all nodes.
   *
   * @param step number of training steps after which the checkpoint was saved
   * @param seconds time in seconds for which the training waited
   */
  default void checkpointSaved(int step, double seconds) {}

  /** The training loop calls {@code roundFinished} when a frequency schedule has ended. */
  default void roundFinished(Round round, Measurement measurement) {}
}
