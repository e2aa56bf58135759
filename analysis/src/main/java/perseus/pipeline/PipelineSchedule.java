package perseus.pipeline;

import java.util.List;
import perseus.recording.InputException;

/**
 * A schedule of a pipeline of equal ranks, which says in which order each of them computes what.
 * With V stages per rank, rank r of R holds the stages r, r + R, r + 2 R and so on.
 */
public interface PipelineSchedule extends Schedule {
  /** Stages per rank, V. */
  int virtualStages();

  /**
   * Refuses a pipeline that the schedule cannot run.
   *
   * @throws InputException if the number of microbatches does not go with that of ranks
   */
  void requireFits(int ranks, int microbatches);

  /**
   * The computations of one rank in the order in which it executes them.
   *
   * @param rank from 0
   * @param ranks number of ranks
   * @param microbatches number of microbatches in an iteration
   */
  List<StageStep> rankSteps(int rank, int ranks, int microbatches);
}
