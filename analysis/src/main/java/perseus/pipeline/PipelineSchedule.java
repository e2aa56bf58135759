package perseus.pipeline;

import java.util.List;
import java.util.Set;
import perseus.io.UserError;

/**
 * A schedule of a pipeline of ranks: determines the order of each rank's computations.
 *
 * <p>With V stages per rank, rank r of R ranks holds the stages r, r + R, r + 2 R and so on.
 */
public interface PipelineSchedule extends Schedule {
  /** Number of stages per rank, V; 1 by default. */
  default int virtualStages() {
    return 1;
  }

  /**
   * Checks that the schedule can run this pipeline.
   *
   * @param ranks number of ranks of the pipeline
   * @param microbatches number of microbatches in an iteration
   * @throws UserError if it cannot
   */
  default void requireFits(int ranks, int microbatches) {
    // Most schedules run any number of microbatches.
  }

  /**
   * The computations of one rank, in the order in which it executes them.
   *
   * @param rank from 0
   * @param ranks number of ranks of the pipeline
   * @param microbatches number of microbatches in an iteration
   */
  List<Step> rankSteps(int rank, int ranks, int microbatches);

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there is no stage or no microbatch, or if a list is too
   *     short
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
