package perseus.attribution.check;

import perseus.pipeline.Instruction;

/**
 * States that times and energies of one rank at one frequency may be wrong, and by how much.
 *
 * @param rank global rank
 * @param frequencyMhz frequency in MHz at which the times and energies were measured
 * @param instruction affected instruction; null for all instructions
 * @param relative standard error that is added to each time, as a fraction of its value
 * @param relativeEnergy standard error that is added to each energy, as a fraction of its value
 */
record Doubt(
    int rank, int frequencyMhz, Instruction instruction, double relative, double relativeEnergy) {

  /** Creates a doubt about one instruction, with the same relative error of time and energy. */
  Doubt(int rank, int frequencyMhz, Instruction instruction, double relative) {
    this(rank, frequencyMhz, instruction, relative, relative);
  }

  /** Creates a doubt about all instructions, with the same relative error of time and energy. */
  Doubt(int rank, int frequencyMhz, double relative) {
    this(rank, frequencyMhz, null, relative);
  }

  /**
   * Returns whether the times and energies of an instruction on a rank may be wrong at a frequency
   * in MHz.
   */
  boolean affects(int otherRank, int otherMhz, Instruction kind) {
    return rank == otherRank
        && frequencyMhz == otherMhz
        && (instruction == null || instruction.equals(kind));
  }
}
