package perseus.engine;

import java.util.List;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.gpu.ClocksInForce;

/**
 * Runs iterations on all ranks of a job under the frequency schedules that a scheduler chooses.
 * Each engine implements this interface. An engine is a way to run a job: as a simulation, or with
 * one process for each rank. A round is the sequence of iterations under one frequency schedule. A
 * frequency schedule defines the GPU clock of each instruction.
 */
public interface Cluster {
  /**
   * Starts a round (iterations under one frequency schedule), and sets its frequency schedule.
   *
   * @param breakdown whether the engine must also measure the time of each instruction in the
   *     iterations under the frequency schedule
   */
  void beginRound(Round round, boolean breakdown);

  /**
   * Runs one training iteration on all ranks and returns the time and the loss of the iteration.
   */
  Iteration iterate();

  /**
   * Saves a checkpoint if one is due after the iteration that has just finished. No measured time
   * includes the time of saving a checkpoint.
   */
  default void saveIfDue() {}

  /**
   * Returns the number of training steps before this run, which is above 0 if the run continues an
   * earlier run from a checkpoint.
   */
  default int firstStep() {
    return 0;
  }

  /**
   * Returns whether the sums of gradients over the pipelines run during the last backwards.
   * Gradient sums that run during the last backwards change the time and power of the backwards.
   */
  default boolean overlapsGradReduce() {
    return false;
  }

  /** Ends the round (the iterations under one frequency schedule), and returns its measurements. */
  RoundEnd endRound();

  /**
   * Holds the measurements of one round (iterations under one frequency schedule).
   *
   * @param results the times and energies that each rank has measured, in the order of the ranks'
   *     numbers
   * @param clocks the SM clocks that were in force on the real GPUs of all ranks; null if GPUs are
   *     simulated
   */
  record RoundEnd(List<RankResult> results, ClocksInForce clocks) {}

  /**
   * Holds the time and the loss of one iteration of the whole job.
   *
   * @param seconds time of the iteration in seconds
   * @param loss mean loss over the microbatches of all pipelines. The loss is NaN if the engine
   *     only simulates the job.
   * @param precision largest relative standard error (standard error divided by the mean) among the
   *     times and energies of the forwards and backwards of all stages, under the current frequency
   *     schedule. The value {@code precision} is infinite if the error is unknown, or if the number
   *     of iterations is fixed.
   */
  record Iteration(double seconds, double loss, double precision) {}
}
