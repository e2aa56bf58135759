package perseus.record;

import perseus.pipeline.Instruction;

/** Accepts the instructions that a rank has executed. */
public interface InstructionSink {
  /**
   * Accepts an executed instruction.
   *
   * @param startSeconds time of its start on the engine's clock, in seconds
   * @param endSeconds time of its end on the engine's clock, in seconds
   */
  void executed(Instruction instruction, double startSeconds, double endSeconds);
}
