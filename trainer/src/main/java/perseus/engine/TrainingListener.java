package perseus.engine;

import perseus.control.Measurement;
import perseus.control.Round;

/** Follows a run's progress, for a progress bar or a log. */
public interface TrainingListener {
  /** Follows nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * A frequency schedule begins.
   *
   * @param rounds how many there will be at most
   * @param iterations how many iterations it runs
   */
  default void roundStarted(Round round, int rounds, int iterations) {}

  /**
   * An iteration is over.
   *
   * @param iteration from 1, within the schedule
   * @param result what it came to
   */
  default void iterationFinished(Round round, int iteration, Cluster.Iteration result) {}

  /**
   * A rank's process has printed something.
   *
   * @param error whether on its standard error
   */
  default void rankPrinted(int rank, String line, boolean error) {}

  /** Something that is worth a line, such as that other nodes are waited for. */
  default void said(String sentence) {}

  /** A frequency schedule has been measured. */
  default void roundFinished(Round round, Measurement measurement) {}
}
