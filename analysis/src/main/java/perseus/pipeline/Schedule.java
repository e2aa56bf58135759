package perseus.pipeline;

import java.util.List;
import java.util.Set;
import perseus.io.UserError;

/** Determines the operations of an iteration and the order in which each rank executes them. */
public interface Schedule {
  /** The schedule's name on command lines and in files. */
  String name();

  /**
   * Builds the DAG of one iteration.
   *
   * @param stages number of stages, at least 1
   * @param microbatches number of microbatches, at least 1
   * @param fixed for each stage, the instructions that it runs besides those of the schedule: load
   *     runs before each forward; reduce_grads, then optimizer_step, run after the last
   *     computation; others are ignored
   * @param transferSeconds for each stage except the last, the seconds that an activation takes to
   *     the next stage, and a gradient back; at least 0
   * @throws UserError if the schedule cannot run this number of stages or microbatches
   */
  IterationDag dag(
      int stages,
      int microbatches,
      List<? extends Set<Instruction>> fixed,
      double[] transferSeconds);
}
