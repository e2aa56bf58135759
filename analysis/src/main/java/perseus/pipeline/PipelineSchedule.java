package perseus.pipeline;

import java.util.List;
import java.util.Set;
import perseus.io.UserError;

/**
 * Defines the interface of all schedules that follow a rule, such as GPipe and 1F1B. Each
 * implementation gives the order in which each rank executes its forwards and backwards. The
 * interface builds the DAG (directed acyclic graph) of an iteration's operations from the execution
 * orders of all ranks. The class {@link Schedules} lists all schedules that follow a rule.
 *
 * <p>If each rank holds V stages, rank r of R ranks holds the stages r, r + R, r + 2 R and so on.
 */
public interface PipelineSchedule extends Schedule {
  /** Returns the number of stages that each rank holds, which is 1 by default. */
  default int virtualStages() {
    return 1;
  }

  /**
   * Checks whether the schedule can run a pipeline with given numbers of ranks and microbatches.
   *
   * @param ranks number of ranks of the pipeline
   * @param microbatches number of microbatches in an iteration
   * @throws UserError if the schedule cannot run the pipeline
   */
  default void requireFits(int ranks, int microbatches) {
    // Most schedules run any number of microbatches.
  }

  /**
   * Returns the forwards, backwards and recomputations of one rank in execution order.
   *
   * @param rank number of the rank, from 0
   * @param ranks number of ranks of the pipeline
   * @param microbatches number of microbatches in an iteration
   */
  List<Step> rankSteps(int rank, int ranks, int microbatches);

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if {@code stages} or {@code microbatches} is below 1, or if
   *     {@code fixed} or {@code transferSeconds} has too few entries
   */
  @Override
  default IterationDag dag(
      int stages,
      int microbatches,
      List<? extends Set<Instruction>> fixed,
      double[] transferSeconds) {
    if (stages < 1
        || microbatches < 1
        || fixed.size() < stages
        || transferSeconds.length < stages - 1) {
      throw new IllegalArgumentException(
          "%d stages and %d microbatches with the fixed instructions of %d stages and %d transfers do not make an iteration."
              .formatted(stages, microbatches, fixed.size(), transferSeconds.length));
    }
    if (stages % virtualStages() != 0) {
      throw new UserError(
          "The schedule %s needs a number of stages that is a multiple of %d, not %d."
              .formatted(name(), virtualStages(), stages));
    }
    int ranks = stages / virtualStages();
    requireFits(ranks, microbatches);
    DagBuilder builder = new DagBuilder(stages, microbatches);
    for (int rank = 0; rank < ranks; rank++) {
      builder.addLane(rankSteps(rank, ranks, microbatches), fixed);
    }
    return builder.build(transferSeconds);
  }
}
