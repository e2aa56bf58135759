package perseus.pipeline;

import java.util.List;
import java.util.Set;
import perseus.io.UserError;

/**
 * Defines the interface of all pipeline schedules. A schedule builds the DAG (directed acyclic
 * graph) of one training iteration. The DAG says which operation waits for which other operation.
 * The order of the operations may follow a rule such as GPipe ({@link PipelineSchedule}), or come
 * from a user's file ({@code perseus.pipeline.dagfile.JsonSchedule}).
 */
public interface Schedule {
  /** Returns the name of the schedule on command lines and in files. */
  String name();

  /**
   * Returns the form of this schedule that uses only instructions with rows in a profile. Most
   * schedules have only one form, which they return for every profile.
   *
   * @param instructions instructions for which the profile has rows
   */
  default Schedule forInstructions(Set<Instruction> instructions) {
    return this;
  }

  /**
   * Builds the DAG (directed acyclic graph) of the operations of one iteration.
   *
   * @param stages number of stages, at least 1
   * @param microbatches number of microbatches, at least 1
   * @param fixed for each stage, the instructions that it runs in addition to computations. The
   *     instruction load runs before each forward. The instruction reduce_grads runs after the last
   *     computation, and optimizer_step runs after reduce_grads. Instructions other than load,
   *     reduce_grads and optimizer_step are ignored.
   * @param transferSeconds for each stage except the last, the transfer time in seconds between
   *     this stage and the next stage, at least 0
   * @throws UserError if the schedule cannot run this number of stages or microbatches
   */
  IterationDag dag(
      int stages,
      int microbatches,
      List<? extends Set<Instruction>> fixed,
      double[] transferSeconds);
}
