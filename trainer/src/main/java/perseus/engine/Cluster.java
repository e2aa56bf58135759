package perseus.engine;

import java.util.List;
import perseus.control.RankResult;
import perseus.control.Round;

/**
 * All ranks of a job, which run the same iterations together under the schedules of a scheduler.
 */
public interface Cluster {
  /**
   * Starts a round: sets the frequency schedule of the next iterations.
   *
   * @param iterations number of iterations of the round
   * @param breakdown whether the results must contain the time and energy of each instruction
   */
  void beginRound(Round round, int iterations, boolean breakdown);

  /** Runs one iteration on all ranks. */
  Iteration iterate();

  /** Ends the round; returns the measurements of every rank since its start, in rank order. */
  List<RankResult> endRound();

  /**
   * Result of one iteration of the whole job.
   *
   * @param seconds time of the iteration
   * @param loss mean loss over its microbatches; NaN if the engine does not train
   */
  record Iteration(double seconds, double loss) {}
}
