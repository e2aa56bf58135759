package perseus.pipeline;

/**
 * Holds one entry of a rank's execution order: an instruction of a stage for one microbatch or once
 * per iteration.
 *
 * @param stage pipeline stage, from 0, which is one of the rank's stages
 * @param instruction kind of instruction
 * @param microbatch number of the microbatch, from 0, or {@link #EVERY_MICROBATCH}
 */
public record Step(int stage, Instruction instruction, int microbatch) {
  /** The microbatch number of steps that run once per iteration. */
  public static final int EVERY_MICROBATCH = -1;
}
