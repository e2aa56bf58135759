package perseus.pipeline;

import perseus.recording.Instruction;

/**
 * One entry of a stage's schedule.
 *
 * @param instruction what to do
 * @param microbatch with which microbatch, from 0; -1 for what happens once per iteration
 */
public record Step(Instruction instruction, int microbatch) {
  /** The microbatch of steps that happen once per iteration. */
  public static final int EVERY_MICROBATCH = -1;
}
