package perseus.attribution.activity;

import java.util.Set;
import java.util.function.UnaryOperator;
import perseus.pipeline.Instruction;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Window;

/**
 * Holds a recording in which instances with a possibly different power have separate names ({@link
 * Activity}).
 *
 * @param rank recording with separate names for unusual instances in its instruction logs
 * @param unusual activities that certainly get a separate power, for example instances with an
 *     unusual duration
 * @param doubt relative standard error that an uncertain lag or smoothing of the rank's sensor adds
 *     to its energies
 * @param othersDoubt relative standard error that the rank's uncertain lag or smoothing adds to the
 *     energies of all other ranks
 */
public record MarkedRank(
    RankRecording rank, Set<Instruction> unusual, double doubt, double othersDoubt) {
  MarkedRank(RankRecording rank, Set<Instruction> unusual) {
    this(rank, unusual, 0, 0);
  }

  /**
   * Gives separate names to the instances of a rank that may draw another power than typical
   * instances.
   *
   * @param further instances whose power is known to differ from the power of typical instances
   */
  public static MarkedRank of(RankRecording rank, Set<Instruction> further) {
    return new Activities(rank).mark(further);
  }

  /** Returns the mean duration in seconds of the shortest computation at the first frequency. */
  public double shortestSeconds() {
    Window window = rank.windows().get(0);
    return window.kinds().stream()
        .filter(kind -> kind.isComputation() && !Activity.isSpecial(kind))
        .mapToDouble(kind -> window.durations(kind).mean())
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** Returns a copy with a changed recording, for example with corrected times. */
  public MarkedRank with(UnaryOperator<RankRecording> change) {
    return new MarkedRank(change.apply(rank), unusual, doubt, othersDoubt);
  }

  /**
   * Returns a copy with larger relative standard errors of its energies and of the energies of
   * other ranks.
   *
   * @param own further relative standard error of the rank's own energies
   * @param others relative standard error of the energies of all other ranks
   */
  public MarkedRank withDoubts(double own, double others) {
    return new MarkedRank(rank, unusual, Math.hypot(doubt, own), Math.hypot(othersDoubt, others));
  }
}
