package perseus.engine;

import java.util.List;
import perseus.control.RankResult;
import perseus.control.Round;

/**
 * Runs iterations on all ranks of a job under the frequency schedules that a scheduler chooses.
 * Each engine (way to run a job, in a simulation or with a process for each rank) implements this
 * interface. A round is the sequence of iterations under one frequency schedule (choice of a clock
 * for each instruction).
 */
public interface Cluster {
  /**
   * Starts a round: sets the frequency schedule for the next iterations.
   *
   * @param iterations number of iterations in the round (under the frequency schedule)
   * @param breakdown whether the results of the round (of the iterations under the frequency
   *     schedule) must contain the time of each instruction
   */
  void beginRound(Round round, int iterations, boolean breakdown);

  /**
   * Runs one training iteration on all ranks and returns the time and the loss of the iteration.
   */
  Iteration iterate();

  /**
   * Ends the round (the iterations under one frequency schedule) and returns the times and energies
   * that each rank has measured in the round, in the order of the ranks' numbers.
   */
  List<RankResult> endRound();

  /**
   * Holds the time and the loss of one iteration of the whole job.
   *
   * @param seconds time of the iteration in seconds
   * @param loss mean loss over the microbatches of all pipelines. The loss is NaN if the engine
   *     only simulates the job.
   */
  record Iteration(double seconds, double loss) {}
}
