package perseus.pipeline;

/**
 * One entry in the order of a rank's instructions.
 *
 * @param stage pipeline stage, from 0; one of the rank's stages
 * @param instruction kind of instruction
 * @param microbatch number of the microbatch, from 0, or {@link #EVERY_MICROBATCH}
 */
public record Step(int stage, Instruction instruction, int microbatch) {
  /** The microbatch number of steps that run once per iteration. */
  public static final int EVERY_MICROBATCH = -1;
}
