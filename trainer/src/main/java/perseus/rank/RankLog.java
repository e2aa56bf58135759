package perseus.rank;

import java.nio.file.Path;
import java.util.List;
import perseus.pipeline.Instruction;
import perseus.precision.RoundPrecision;
import perseus.record.InstructionSink;
import perseus.record.RankRecorder;
import perseus.record.RoundBreakdown;

/**
 * Adds the time of each executed instruction to the breakdown (the times of all instructions under
 * the current frequency schedule). If the job writes logs, each executed instruction is also passed
 * to the recorder of the logs.
 */
final class RankLog implements InstructionSink {
  private final RankRecorder recording;
  private final RoundPrecision precision;
  private RoundBreakdown breakdown = new RoundBreakdown(0, List.of());

  /**
   * @param recording the recorder of the logs; null if the job writes no logs
   * @param precision object that estimates the precision of the rank's times and energies
   */
  RankLog(RankRecorder recording, RoundPrecision precision) {
    this.recording = recording;
    this.precision = precision;
  }

  /**
   * Begins a frequency schedule. From this call on, the times of executed instructions are added to
   * {@code newBreakdown}.
   *
   * @param estimate whether the precision of times and energies is estimated under the frequency
   *     schedule
   */
  void beginRound(RoundBreakdown newBreakdown, boolean estimate) {
    breakdown = newBreakdown;
    precision.beginRound(estimate);
  }

  RoundPrecision precision() {
    return precision;
  }

  RoundBreakdown breakdown() {
    return breakdown;
  }

  @Override
  public void executed(Instruction instruction, double startSeconds, double endSeconds) {
    breakdown.executed(instruction, startSeconds, endSeconds);
    precision.executed(instruction, startSeconds, endSeconds);
    if (recording != null) {
      recording.executed(instruction, startSeconds, endSeconds);
    }
  }

  /** Writes the complete logs of the rank into a directory. */
  void publish(Path directory) {
    recording.publish(directory);
  }
}
