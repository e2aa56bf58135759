package perseus.attribution.clock;

import java.util.Locale;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Adds a note if the lag of a rank's readings drifts, or differs from the lag of the other ranks.
 */
public final class LagNotes {
  /** Minimum difference in seconds between a rank's lag and the usual lag that causes a note. */
  private static final double NOTED_SECONDS = 3e-3;

  /**
   * Minimum difference in seconds between a rank's lag and the usual lag at which the power may
   * belong to another GPU.
   */
  private static final double FOREIGN_SECONDS = 0.07;

  /** Relative standard error of energies if the power may belong to another GPU. */
  private static final double FOREIGN_ERROR = 0.5;

  private LagNotes() {}

  /**
   * Returns the relative standard error of energies if the lag of a rank deviates so much that its
   * power may belong to another GPU, else 0.
   */
  public static double errorIfForeign(double offset) {
    return isForeign(offset) ? FOREIGN_ERROR : 0;
  }

  private static boolean isForeign(double offset) {
    return Math.abs(offset) > FOREIGN_SECONDS;
  }

  /**
   * Adds a note about the drift of a rank's clocks, if there is one.
   *
   * @param slope change of the rank's lag in seconds per second
   * @param seconds time in seconds from the first to the last compared reading
   */
  public static void addDrift(int rank, double slope, double seconds, Warnings warnings) {
    if (slope != 0) {
      warnings.add(
          new Warning(
              Warning.Kind.REPAIRED,
              "lag drifts",
              rank,
              1,
              Math.abs(slope),
              String.format(
                  Locale.ROOT,
                  "The host clocks that gave the times of the instructions and of the power of rank %d drift apart by %.0f"
                      + " ppm (%.1f ms in %.0f s); the times of its power were corrected.",
                  rank,
                  1e6 * Math.abs(slope),
                  1e3 * Math.abs(slope) * seconds,
                  seconds)));
    }
  }

  /**
   * Adds a warning about a drift that the readings of a rank neither show nor exclude.
   *
   * @param slope change of the lag of other ranks in seconds per second
   * @param error relative standard error that the drift adds to the energies of the rank
   */
  public static void addDoubtfulDrift(int rank, double slope, double error, Warnings warnings) {
    warnings.add(
        new Warning(
            Warning.Kind.DOUBTFUL,
            "possible drift",
            rank,
            1,
            error,
            String.format(
                Locale.ROOT,
                "The host clocks of other ranks drift apart by %.0f ppm. The readings of rank %d do not show whether its clocks drift too, so %.1f %% is added to its standard errors; record more iterations.",
                1e6 * Math.abs(slope),
                rank,
                1e2 * error)));
  }

  /**
   * Adds a note about the corrected times of a rank's readings, unless the correction is small.
   *
   * @param lag usual lag of the ranks in seconds
   * @param offset lag of the rank minus {@code lag}, in seconds
   */
  public static void add(int rank, double lag, double offset, Warnings warnings) {
    if (Math.abs(offset) > NOTED_SECONDS) {
      warnings.add(
          new Warning(
              isForeign(offset) ? Warning.Kind.DOUBTFUL : Warning.Kind.REPAIRED,
              "own lag",
              rank,
              1,
              Math.abs(offset),
              String.format(
                  Locale.ROOT,
                  "The power of rank %d lags behind its instructions by %.0f ms, that of other ranks by %.0f ms; each rank is analyzed with its own lag.%s",
                  rank,
                  1e3 * (lag + offset),
                  1e3 * lag,
                  isForeign(offset)
                      ? " Does this power belong to another GPU? The standard errors are widened."
                      : "")));
    }
  }
}
