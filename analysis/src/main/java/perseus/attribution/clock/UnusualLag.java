package perseus.attribution.clock;

import java.util.List;
import perseus.attribution.clock.LagScan.Lag;
import perseus.recording.log.RankRecording;

/**
 * Finds a lag of a rank's power that is outside the range of usual lags of sensors ({@link
 * HostClocks}).
 */
final class UnusualLag {
  /** If a fit with the best usual lag has at most this 1 - R^2, no unusual lag is tried. */
  private static final double MAX_UNEXPLAINED_AT_USUAL = 0.3;

  /** Minimum 1 - R^2 with the best usual lag, for a rank that alone has an unusual lag. */
  private static final double MIN_UNEXPLAINED_AT_USUAL = 0.6;

  /** Maximum 1 - R^2 of a fit with an unusual lag. */
  static final double MAX_UNEXPLAINED = 0.55;

  /** Minimum decrease of log(1 - R^2) by an unusual lag in place of the best usual lag. */
  private static final double MIN_DECREASE = 0.2;

  /** The same for a rank that hardly waits. */
  private static final double CLEAR_DECREASE = 0.7;

  /** Fraction of computing time from which on a rank hardly waits. */
  private static final double MOSTLY_BUSY = 0.9;

  /** Averaging times in seconds that are compared with an unusual lag. */
  private static final double[] AVERAGES = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5};

  /** Lags in seconds that are tried with each averaging time. */
  private static final double[] LAGS_OF_AVERAGES = {-0.02, 0, 0.02, 0.05, 0.1};

  /** Number of readings at each frequency for the first estimate of the lag. */
  private static final int READINGS = 70;

  /** Number of readings at each frequency for the refined lag. */
  static final int READINGS_TO_REFINE = 400;

  static final int MIN_READINGS = 60;

  private UnusualLag() {}

  /** Returns the unusual lag of a rank in seconds; 0 if a usual lag explains its power. */
  static double of(RankRecording rank, BusyShares shares, List<BusyShares> others) {
    if (!mayDiffer(shares)) {
      return 0;
    }
    BusyShares many = shares(rank, READINGS_TO_REFINE);
    Lag far =
        LagScan.widest(
            LagRange.MAX_DIFFERENCE_SECONDS,
            LagRange.TYPICAL_SECONDS,
            shares::misfit,
            many::misfit);
    Lag usual = usual(many);
    double needed = Math.min(usual.misfit(), misfitOfAverages(many));
    for (BusyShares other : others) {
      needed = Math.min(needed, usual(many.withWorkOf(other)).misfit());
    }
    if (LagRange.contains(far.seconds())
        || far.misfit() > Math.log(MAX_UNEXPLAINED)
        || far.misfit() > needed - (hardlyWaits(many) ? CLEAR_DECREASE : MIN_DECREASE)
        || !many.areAllBetter(far.seconds(), usual.seconds())
        || rank.hasSamples() && !agrees(BusyShares.ofCounter(rank, READINGS), far)) {
      return 0;
    }
    return far.seconds();
  }

  /** Returns log(1 - R^2) of the best running average with a usual lag. */
  private static double misfitOfAverages(BusyShares shares) {
    double least = Double.POSITIVE_INFINITY;
    for (double width : AVERAGES) {
      for (double lag : LAGS_OF_AVERAGES) {
        least = Math.min(least, shares.misfitOfAverage(lag, width));
      }
    }
    return least;
  }

  /**
   * Returns whether a rank computes nearly all of the time. A lag that is wrong by the length of an
   * instruction may then explain its power best, because forwards and backwards alternate.
   */
  static boolean hardlyWaits(BusyShares shares) {
    return shares.busyShare() > MOSTLY_BUSY;
  }

  private static boolean agrees(BusyShares counter, Lag far) {
    return counter.size() < MIN_READINGS || counter.misfit(far.seconds()) < usual(counter).misfit();
  }

  static boolean mayDiffer(BusyShares shares) {
    if (shares.size() < MIN_READINGS) {
      return false;
    }
    Lag usual = usual(shares);
    boolean isInside =
        usual.seconds() > LagRange.MIN_SECONDS + LagScan.STEP_SECONDS
            && usual.seconds() < LagRange.MAX_SECONDS - LagScan.STEP_SECONDS;
    return !isInside || usual.misfit() > Math.log(MAX_UNEXPLAINED_AT_USUAL);
  }

  static Lag usual(BusyShares shares) {
    return LagScan.least(
        shares::misfit, LagRange.MIN_SECONDS, LagRange.MAX_SECONDS, LagScan.STEP_SECONDS);
  }

  static boolean isPartlyUsual(BusyShares shares) {
    return usual(shares).misfit() < Math.log(MIN_UNEXPLAINED_AT_USUAL);
  }

  static BusyShares shares(RankRecording rank) {
    return shares(rank, READINGS);
  }

  static BusyShares shares(RankRecording rank, int readings) {
    return BusyShares.of(rank, readings);
  }
}
