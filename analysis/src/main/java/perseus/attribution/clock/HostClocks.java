package perseus.attribution.clock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import perseus.attribution.clock.LagScan.Lag;
import perseus.numeric.Quantile;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Corrects the times of a rank's power if the host clocks of its instructions and of its power
 * differ by a constant time. A clock that was set during the recording is corrected first ({@link
 * HostClockJump}).
 *
 * <p>Problem: the power is recorded L seconds later than the instructions that used it. Find L if
 * it is outside the range of usual lags of sensors.
 *
 * <p>Method: {@link BusyShares} fits some readings to the instructions, for values of L that are
 * {@link LagScan#STEP_SECONDS} apart. An unusual L is used only if it explains much of the power,
 * and clearly more than each usual lag. All corrected ranks have one common L, unless the own L of
 * a rank explains its power clearly better. The search stops early if a usual lag explains most of
 * the power.
 *
 * <p>Complexity: 21 values of L are tried on 210 readings of each rank, and 1,000 more values if no
 * usual lag explains most of the power.
 *
 * <p>Limits: a sensor that averages power over more than an iteration is not corrected, because no
 * L explains much of its power. An L of more than {@link #MAX_SECONDS} is not found.
 *
 * <p>Source: this project's own method. In simulated recordings with counter updates of 0.1 s, 1 -
 * R^2 is 0.09 to 0.21 with the right L. With any other L, 1 - R^2 is at least 0.31.
 */
public final class HostClocks {
  /**
   * Smallest usual lag in seconds. The search for the lag of the sensor ({@code LagSearch}) covers
   * all usual lags.
   */
  private static final double USUAL_FROM = -0.02;

  private static final double USUAL_TO = 0.18;

  /** Usual lag of a sensor in seconds. */
  private static final double USUAL = 0.03;

  private static final double MAX_SECONDS = 5;

  private static final int MAX_STEPS = 500;

  /**
   * Maximum increase of log(1 - R^2) of a rank that gets the common lag of all ranks in place of
   * its own lag.
   */
  private static final double MAX_INCREASE_BY_COMMON = 0.1;

  /**
   * Lag in seconds that the readings keep after the correction, if all ranks are corrected. This
   * lag is usual for sensors with little and with much smoothing.
   */
  private static final double REMAINING_SECONDS = 0.15;

  /** If a fit with the best usual lag has at most this 1 - R^2, no unusual lag is tried. */
  private static final double MAX_UNEXPLAINED_AT_USUAL = 0.3;

  /** Maximum 1 - R^2 of a fit with an unusual lag. */
  private static final double MAX_UNEXPLAINED = 0.55;

  /** Minimum decrease of log(1 - R^2) by an unusual lag in place of the best usual lag. */
  private static final double MIN_DECREASE = 0.2;

  /** Number of readings at each frequency for the first estimate of the lag. */
  private static final int READINGS = 70;

  /** Number of readings at each frequency for the refined lag. */
  private static final int READINGS_TO_REFINE = 400;

  private static final int MIN_READINGS = 60;

  private HostClocks() {}

  /**
   * Returns the ranks, with corrected times of the power of those whose host clocks differ or were
   * set.
   *
   * @param warnings receives a warning about each corrected rank
   */
  public static List<RankRecording> corrected(List<RankRecording> recorded, Warnings warnings) {
    List<RankRecording> ranks =
        recorded.parallelStream().map(rank -> withoutJump(rank, warnings)).toList();
    List<BusyShares> shares = ranks.parallelStream().map(HostClocks::shares).toList();
    double[] late =
        IntStream.range(0, ranks.size())
            .parallel()
            .mapToDouble(r -> late(ranks.get(r), shares.get(r), shares))
            .toArray();
    int[] corrected = IntStream.range(0, late.length).filter(r -> !isUsual(late[r])).toArray();
    if (corrected.length == 0) {
      return ranks;
    }
    List<BusyShares> many =
        IntStream.of(corrected)
            .parallel()
            .mapToObj(r -> shares(ranks.get(r), READINGS_TO_REFINE))
            .toList();
    double[] fine = IntStream.of(corrected).mapToDouble(r -> late[r]).toArray();
    double common = common(many, fine);
    double remaining = remaining(shares, late);
    List<RankRecording> result = new ArrayList<>(ranks);
    for (int k = 0; k < corrected.length; k++) {
      RankRecording rank = ranks.get(corrected[k]);
      double own = loss(many.get(k), common, fine[k]) < MAX_INCREASE_BY_COMMON ? common : fine[k];
      result.set(corrected[k], moved(rank, own, remaining, warnings));
    }
    return result;
  }

  /** Returns the common lag in seconds that explains the power of the given ranks best. */
  private static double common(List<BusyShares> shares, double[] fine) {
    double from = Arrays.stream(fine).min().orElseThrow();
    double to = Arrays.stream(fine).max().orElseThrow();
    double step = Math.max(LagScan.FINE_STEP_SECONDS, (to - from) / MAX_STEPS);
    return LagScan.least(
            lag -> shares.parallelStream().mapToDouble(each -> each.misfit(lag)).sum(),
            from,
            to,
            step)
        .seconds();
  }

  private static double loss(BusyShares shares, double lag, double bestLag) {
    return shares.misfit(lag) - shares.misfit(bestLag);
  }

  /**
   * Returns the rank, with corrected times of its power if its host clocks differ or were set.
   *
   * @param others corrected ranks of the job. If the instructions of another rank explain the
   *     power, the times are not corrected, because the power logs were probably exchanged.
   */
  public static RankRecording corrected(
      RankRecording recorded, List<RankRecording> others, Warnings warnings) {
    RankRecording rank = withoutJump(recorded, warnings);
    BusyShares shares = shares(rank);
    if (!mayDiffer(shares)) {
      return rank;
    }
    List<BusyShares> ofOthers = others.stream().map(HostClocks::shares).toList();
    double late = late(rank, shares, ofOthers);
    if (isUsual(late)) {
      return rank;
    }
    return moved(rank, late, remaining(ofOthers, new double[ofOthers.size()]), warnings);
  }

  private static RankRecording withoutJump(RankRecording rank, Warnings warnings) {
    return JumpSearch.find(rank).map(jump -> jump.corrected(rank, warnings)).orElse(rank);
  }

  private static BusyShares shares(RankRecording rank) {
    return shares(rank, READINGS);
  }

  private static BusyShares shares(RankRecording rank, int readings) {
    return BusyShares.of(rank, readings, MAX_SECONDS);
  }

  private static boolean isUsual(double late) {
    return late > USUAL_FROM && late < USUAL_TO;
  }

  private static RankRecording moved(
      RankRecording rank, double late, double remaining, Warnings warnings) {
    warnings.add(note(rank.rank(), late));
    return ShiftedTimes.of(rank, time -> time - late + remaining);
  }

  /**
   * Returns the median lag in seconds of the ranks that are not corrected.
   *
   * @param late unusual lag of each rank in seconds; 0 if the rank is not corrected
   */
  private static double remaining(List<BusyShares> shares, double[] late) {
    double[] usual =
        IntStream.range(0, late.length)
            .filter(r -> isUsual(late[r]) && shares.get(r).size() >= MIN_READINGS)
            .mapToDouble(
                r -> LagScan.fine(shares.get(r)::misfit, usual(shares.get(r)).seconds()).seconds())
            .toArray();
    return usual.length == 0 ? REMAINING_SECONDS : Quantile.median(usual);
  }

  /** Returns the unusual lag of a rank in seconds; 0 if a usual lag explains its power. */
  private static double late(RankRecording rank, BusyShares shares, List<BusyShares> others) {
    if (!mayDiffer(shares)) {
      return 0;
    }
    BusyShares many = shares(rank, READINGS_TO_REFINE);
    Lag far = LagScan.widest(MAX_SECONDS, USUAL, shares::misfit, many::misfit);
    double needed = usual(many).misfit();
    for (BusyShares other : others) {
      needed = Math.min(needed, usual(many.withWorkOf(other)).misfit());
    }
    if (isUsual(far.seconds())
        || far.misfit() > Math.log(MAX_UNEXPLAINED)
        || far.misfit() > needed - MIN_DECREASE
        || rank.hasSamples() && !agrees(BusyShares.ofCounter(rank, READINGS, MAX_SECONDS), far)) {
      return 0;
    }
    return far.seconds();
  }

  private static boolean agrees(BusyShares counter, Lag far) {
    return counter.size() < MIN_READINGS || counter.misfit(far.seconds()) < usual(counter).misfit();
  }

  private static boolean mayDiffer(BusyShares shares) {
    if (shares.size() < MIN_READINGS) {
      return false;
    }
    Lag usual = usual(shares);
    boolean isInside =
        usual.seconds() > USUAL_FROM + LagScan.STEP_SECONDS
            && usual.seconds() < USUAL_TO - LagScan.STEP_SECONDS;
    return !isInside || usual.misfit() > Math.log(MAX_UNEXPLAINED_AT_USUAL);
  }

  private static Lag usual(BusyShares shares) {
    return LagScan.least(shares::misfit, USUAL_FROM, USUAL_TO, LagScan.STEP_SECONDS);
  }

  private static Warning note(int rank, double seconds) {
    String text =
        String.format(
            Locale.ROOT,
            "The power of rank %d was recorded %.0f ms %s than its instructions ran, so the host"
                + " clocks of both differ, or the sensor is slow; the times of the power were"
                + " corrected.",
            rank,
            1e3 * Math.abs(seconds),
            seconds > 0 ? "later" : "earlier");
    return new Warning(
        Warning.Kind.REPAIRED, "host clocks differ", rank, 1, Math.abs(seconds), text);
  }
}
