package perseus.control.replan;

import perseus.pipeline.Instruction;

/**
 * Names one row of a profile.
 *
 * @param work what the stage computes
 * @param clockMhz clock in MHz
 */
record Cell(Work work, int clockMhz) {
  /**
   * Names an instruction of a stage of the profile.
   *
   * @param stage stage, from 0
   */
  record Work(int stage, Instruction instruction) {}

  static Cell of(int stage, Instruction instruction, int clockMhz) {
    return new Cell(new Work(stage, instruction), clockMhz);
  }
}
