package perseus.engine;

import java.util.List;
import perseus.control.RankResult;
import perseus.control.Round;

/** All ranks of a job, wherever they are: they run what a scheduler wants, in step. */
public interface Cluster {
  /**
   * Takes a frequency schedule for the iterations to come.
   *
   * @param iterations how many
   * @param breakdown whether the results shall show single instructions
   */
  void beginRound(Round round, int iterations, boolean breakdown);

  /** Runs one iteration on all ranks. */
  Iteration iterate();

  /** What every rank measured since the round began, in the order of ranks. */
  List<RankResult> endRound();

  /**
   * An iteration of the whole job.
   *
   * @param seconds its time
   * @param loss mean over its microbatches; NaN where nothing is learned
   */
  record Iteration(double seconds, double loss) {}
}
