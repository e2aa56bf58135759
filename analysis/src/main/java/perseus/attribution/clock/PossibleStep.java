package perseus.attribution.clock;

import java.util.List;
import java.util.Locale;
import perseus.numeric.Quantile;
import perseus.recording.log.Warning;

/**
 * Describes a possible jump of the lag of one rank. The lag jumps if the clock of the host is
 * corrected during the recording.
 *
 * <p>The readings of one rank often do not prove a jump, because a wrong model of its power can
 * also change the best lag. But ranks of one host share a clock, so their lags jump at the same
 * time by the same amount.
 *
 * @param rank global rank
 * @param seconds lag after the jump minus lag before the jump, in seconds
 * @param gain decrease of -2 log likelihood by the jump; 0 if no jump helps
 * @param margin minimum gain at which the readings of this rank alone prove the jump
 * @param afterSeconds time from the first instruction of the rank to the jump, in seconds
 * @param resolutionSeconds uncertainty of the time of the jump, in seconds
 * @param error relative standard error that the jump adds to the energies of the rank
 */
public record PossibleStep(
    int rank,
    double seconds,
    double gain,
    double margin,
    double afterSeconds,
    double resolutionSeconds,
    double error) {

  /** Minimum gain of a rank that takes part in a common jump, as a fraction of its margin. */
  private static final double SHARE_OF_RANK = 0.4;

  /**
   * Ranks prove a common jump together if the sum of their {@code gain} is at least this fraction
   * of the sum of their {@code margin}.
   */
  private static final double SHARE_OF_SUM = 0.6;

  /** Minimum fraction of the possible jumps that agree in time and direction. */
  private static final double MOST_RANKS = 0.6;

  /** Returns whether the readings of this rank alone prove the jump. */
  public boolean isCertain() {
    return gain >= margin;
  }

  /**
   * Returns the jumps that only the readings of several ranks together prove, because they agree in
   * time and direction.
   *
   * @param steps possible jumps of ranks
   * @param ranks number of ranks; a rank without a possible jump speaks against a common jump
   * @return jumps that the readings of their own rank do not prove alone; may be empty
   */
  public static List<PossibleStep> onlyTogether(List<PossibleStep> steps, int ranks) {
    if (2 * steps.size() <= ranks) {
      return List.of();
    }
    return shared(steps).stream().filter(step -> !step.isCertain()).toList();
  }

  private static List<PossibleStep> shared(List<PossibleStep> steps) {
    List<PossibleStep> likely =
        steps.stream().filter(step -> step.gain >= SHARE_OF_RANK * step.margin).toList();
    if (likely.size() < 2) {
      return List.of();
    }
    double middle =
        Quantile.median(likely.stream().mapToDouble(step -> step.afterSeconds).toArray());
    double sign = likely.stream().mapToDouble(step -> Math.signum(step.seconds)).sum();
    List<PossibleStep> agreeing =
        likely.stream()
            .filter(step -> step.seconds * sign > 0)
            .filter(step -> Math.abs(step.afterSeconds - middle) <= step.resolutionSeconds)
            .toList();
    double gain = agreeing.stream().mapToDouble(PossibleStep::gain).sum();
    double margin = agreeing.stream().mapToDouble(PossibleStep::margin).sum();
    boolean areMost = agreeing.size() >= Math.max(2, MOST_RANKS * steps.size());
    return areMost && gain >= SHARE_OF_SUM * margin ? agreeing : List.of();
  }

  /** Returns a warning about the jump. */
  public Warning warning() {
    return new Warning(
        Warning.Kind.DOUBTFUL,
        "lag steps",
        rank,
        1,
        Math.abs(seconds),
        String.format(
            Locale.ROOT,
            "The lag between the instructions and the power of rank %d changes by %.0f ms"
                + " about %.0f s after its first instruction: the time of a host clock was corrected during the recording. The energies of this rank may be wrong; record again, or leave"
                + " these iterations out (--iterations).",
            rank,
            1e3 * Math.abs(seconds),
            afterSeconds));
  }
}
