package perseus.record;

import perseus.pipeline.Instruction;

/**
 * Receives each instruction that a rank has executed, with the start and end time of the
 * instruction. Classes that log or store the times of instructions implement this interface.
 */
public interface InstructionSink {
  /**
   * Receives one executed instruction.
   *
   * @param startSeconds start of the instruction in seconds on the engine's clock
   * @param endSeconds end of the instruction in seconds on the engine's clock
   */
  void executed(Instruction instruction, double startSeconds, double endSeconds);
}
