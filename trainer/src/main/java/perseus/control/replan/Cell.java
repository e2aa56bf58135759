package perseus.control.replan;

import perseus.pipeline.Instruction;

/**
 * Identifies one row of the profile: the time and the energy of one instruction of one stage at one
 * clock.
 *
 * @param work the instruction and its stage
 */
record Cell(Work work, int clockMhz) {
  /**
   * Identifies an instruction of one stage in the profile.
   *
   * @param stage index of the stage, from 0
   */
  record Work(int stage, Instruction instruction) {}

  static Cell of(int stage, Instruction instruction, int clockMhz) {
    return new Cell(new Work(stage, instruction), clockMhz);
  }
}
