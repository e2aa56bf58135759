package perseus.attribution.activity;

import java.util.Set;
import java.util.function.UnaryOperator;
import perseus.pipeline.Instruction;
import perseus.recording.log.RankRecording;

/**
 * Holds the recording of a rank in which the special activities ({@link Activity}) are marked.
 *
 * @param rank recording with records of special activities
 * @param unusual special instances of instructions that need separate powers: their durations
 *     differ from the usual duration, the host stalls, or sums of gradients overlap them
 */
public record MarkedRank(RankRecording rank, Set<Instruction> unusual) {

  /** Marks the special activities of a rank. */
  public static MarkedRank of(RankRecording rank) {
    return Activities.mark(rank);
  }

  /** Returns a copy in which the recording was changed, for example its times. */
  public MarkedRank with(UnaryOperator<RankRecording> change) {
    return new MarkedRank(change.apply(rank), unusual);
  }
}
