package perseus.attribution.activity;

import java.util.Set;
import java.util.function.UnaryOperator;
import perseus.pipeline.Instruction;
import perseus.recording.log.RankRecording;

/**
 * Holds the recording of a rank in which the special activities ({@link Activity}) are marked.
 *
 * @param rank recording with records of special activities
 * @param unusual special activities that need separate powers: their durations or powers differ
 *     from the usual ones, the host stalls, or sums of gradients overlap them
 * @param doubt relative standard error that doubts about the sensor of the rank add to its energies
 */
public record MarkedRank(RankRecording rank, Set<Instruction> unusual, double doubt) {
  MarkedRank(RankRecording rank, Set<Instruction> unusual) {
    this(rank, unusual, 0);
  }

  /** Marks the special activities of a rank. */
  public static MarkedRank of(RankRecording rank) {
    return of(rank, Set.of());
  }

  /**
   * Marks the special activities of a rank.
   *
   * @param further special instances whose powers are known to differ from those of typical ones
   */
  public static MarkedRank of(RankRecording rank, Set<Instruction> further) {
    return Activities.mark(rank, further);
  }

  /**
   * Marks all of the first and last instances of a rank's computations, to compare their powers.
   */
  public static MarkedRank ofEnds(RankRecording rank) {
    return Activities.markEnds(rank);
  }

  /** Returns a copy in which the recording was changed, for example its times. */
  public MarkedRank with(UnaryOperator<RankRecording> change) {
    return new MarkedRank(change.apply(rank), unusual, doubt);
  }

  /** Returns a copy with a larger relative standard error of its energies. */
  public MarkedRank withDoubt(double further) {
    return new MarkedRank(rank, unusual, Math.hypot(doubt, further));
  }
}
