package perseus.engine;

import perseus.control.Measurement;
import perseus.control.Round;

/** Receives the events of a training run, for a progress bar or a log. */
public interface TrainingListener {
  /** Ignores all events. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * Called when a frequency schedule starts.
   *
   * @param rounds maximum number of frequency schedules of the run
   * @param iterations number of iterations under this schedule
   */
  default void roundStarted(Round round, int rounds, int iterations) {}

  /**
   * Called when an iteration has finished.
   *
   * @param iteration number of the iteration under this schedule, from 1
   * @param result time and loss of the iteration
   */
  default void iterationFinished(Round round, int iteration, Cluster.Iteration result) {}

  /**
   * Called when the process of a rank has printed a line.
   *
   * @param error whether the line was printed to standard error
   */
  default void rankPrinted(int rank, String line, boolean error) {}

  /** Called with a message for the user, for example that the job waits for other nodes. */
  default void message(String text) {}

  /** Called when a frequency schedule has finished and was measured. */
  default void roundFinished(Round round, Measurement measurement) {}
}
