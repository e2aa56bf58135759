package perseus.record;

import perseus.pipeline.Instruction;

/**
 * Receives each instruction (forward, backward and others) that a rank has executed, with its start
 * and end time. Classes that log or store the times of instructions implement {@code
 * InstructionSink}.
 */
public interface InstructionSink {
  /**
   * Receives one executed instruction.
   *
   * @param startSeconds start of the instruction in seconds on the clock of the run
   * @param endSeconds end of the instruction in seconds on the clock of the run
   */
  void executed(Instruction instruction, double startSeconds, double endSeconds);
}
