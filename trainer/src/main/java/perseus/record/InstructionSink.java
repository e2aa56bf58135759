package perseus.record;

import perseus.pipeline.Instruction;

/** Takes what a stage executed. */
public interface InstructionSink {
  /**
   * An instruction is done.
   *
   * @param startSeconds on the engine's clock
   */
  void executed(Instruction instruction, double startSeconds, double endSeconds);
}
