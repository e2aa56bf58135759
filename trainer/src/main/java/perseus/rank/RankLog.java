package perseus.rank;

import java.nio.file.Path;
import java.util.List;
import perseus.pipeline.Instruction;
import perseus.record.InstructionSink;
import perseus.record.RankRecorder;
import perseus.record.RoundBreakdown;

/**
 * Passes each instruction that a rank has executed to the recorder of the logs (if the job writes
 * logs), and to the breakdown (the stored times of all instructions) of the current round. A round
 * is the sequence of iterations under one frequency schedule (choice of a clock for each
 * instruction).
 */
final class RankLog implements InstructionSink {
  private final RankRecorder recording;
  private RoundBreakdown breakdown = new RoundBreakdown(0, List.of());

  /**
   * @param recording the recorder of the logs; null if the job writes no logs
   */
  RankLog(RankRecorder recording) {
    this.recording = recording;
  }

  /**
   * Begins a round. After a call of {@code beginRound}, executed instructions are passed to the new
   * breakdown.
   */
  void beginRound(RoundBreakdown newBreakdown) {
    breakdown = newBreakdown;
  }

  /**
   * Returns the breakdown (the times of all instructions) of the current round (the iterations
   * under one frequency schedule).
   */
  RoundBreakdown breakdown() {
    return breakdown;
  }

  @Override
  public void executed(Instruction instruction, double startSeconds, double endSeconds) {
    breakdown.executed(instruction, startSeconds, endSeconds);
    if (recording != null) {
      recording.executed(instruction, startSeconds, endSeconds);
    }
  }

  /** Writes the complete logs of the rank into a directory. */
  void publish(Path directory) {
    recording.publish(directory);
  }
}
