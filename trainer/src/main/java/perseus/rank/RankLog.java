package perseus.rank;

import java.nio.file.Path;
import java.util.List;
import perseus.pipeline.Instruction;
import perseus.record.InstructionSink;
import perseus.record.RankRecorder;
import perseus.record.RoundBreakdown;

/**
 * Passes the instructions that a rank has executed to the breakdown of the current round, and to
 * the recording if there is one.
 */
final class RankLog implements InstructionSink {
  private final RankRecorder recording;
  private RoundBreakdown breakdown = new RoundBreakdown(0, List.of());

  /**
   * @param recording null if nothing is recorded
   */
  RankLog(RankRecorder recording) {
    this.recording = recording;
  }

  /** Begins a round, whose instructions go to a new breakdown. */
  void beginRound(RoundBreakdown newBreakdown) {
    breakdown = newBreakdown;
  }

  /** Returns the breakdown of the current round. */
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

  /** Writes the recording's logs into a directory. */
  void publish(Path directory) {
    recording.publish(directory);
  }
}
