package perseus.pipeline;

/**
 * One entry of a rank's order of instructions.
 *
 * @param stage pipeline stage, from 0; one of the rank's stages
 * @param instruction what the stage executes
 * @param microbatch number of the microbatch, from 0; {@link #EVERY_MICROBATCH} for an instruction
 *     that runs once per iteration
 */
public record Step(int stage, Instruction instruction, int microbatch) {
  /** The microbatch of steps that run once per iteration. */
  public static final int EVERY_MICROBATCH = -1;
}
