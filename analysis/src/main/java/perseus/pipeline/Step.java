package perseus.pipeline;

/**
 * Holds one step in the execution order of a rank. A step is an instruction that a stage executes
 * for one microbatch or once per iteration.
 *
 * @param stage number of the stage in the pipeline, from 0
 * @param instruction kind of instruction, such as forward
 * @param microbatch number of the microbatch, from 0, or {@link #EVERY_MICROBATCH} if the step runs
 *     once per iteration
 */
public record Step(int stage, Instruction instruction, int microbatch) {
  /** The value of {@code microbatch} in a step that runs once per iteration. */
  public static final int EVERY_MICROBATCH = -1;
}
