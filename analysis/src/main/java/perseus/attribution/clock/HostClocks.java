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
 * <p>Problem: find the time L by which the power is recorded later than the instructions that used
 * it, if L is outside the range of usual lags of sensors.
 *
 * <p>Method: {@link BusyShares} explains some readings by the instructions, for times L that are
 * {@link LagScan#STEP_SECONDS} apart. A time outside the usual range counts only if it explains
 * much of the power, and clearly more than each usual lag does. If one common time L explains the
 * power of several ranks nearly as well as their own times, it is used for all of them. The search
 * stops early if a usual lag explains most of the power.
 *
 * <p>Complexity: 21 comparisons of 210 readings for each rank; 1,000 more if no usual lag explains
 * most of the power.
 *
 * <p>Limits: a sensor that averages power over more than an iteration is not corrected, because no
 * time explains much of its power. A difference of more than {@link #MAX_SECONDS} is not found.
 *
 * <p>Source: this project's own method. On simulated recordings with counter updates of 0.1 s, 1 -
 * R^2 is 0.09 to 0.21 at the right time, and 0.31 and more at other times.
 */
public final class HostClocks {
  /** Range of usual lags in seconds, which the search for the lag of the sensor covers. */
  private static final double USUAL_FROM = -0.02;

  private static final double USUAL_TO = 0.18;

  /** Usual lag of a sensor in seconds. */
  private static final double USUAL = 0.03;

  private static final double MAX_SECONDS = 5;

  private static final int MAX_STEPS = 500;

  /** Maximum increase of {@code log(1 - R^2)} of a rank by the common time L of several ranks. */
  private static final double SAME = 0.1;

  /**
   * Lag in seconds that remains after a correction if all ranks are corrected. It is inside the
   * usual range for each smoothing of the sensor.
   */
  private static final double REMAINING_SECONDS = 0.15;

  /** Largest 1 - R^2 at a usual lag at which no other time is tried. */
  private static final double MOSTLY = 0.3;

  /** Largest 1 - R^2 at a time outside the usual range. */
  private static final double MAX_UNEXPLAINED = 0.55;

  /** Minimum decrease of {@code log(1 - R^2)} by a time outside the usual range. */
  private static final double CLEARLY = 0.2;

  /** Number of readings of a frequency from which the time L is estimated. */
  private static final int READINGS = 70;

  /** Number of readings of a frequency from which the time L is refined. */
  private static final int MANY = 400;

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
        IntStream.of(corrected).parallel().mapToObj(r -> shares(ranks.get(r), MANY)).toList();
    double[] fine = IntStream.of(corrected).mapToDouble(r -> late[r]).toArray();
    double common = common(many, fine);
    double remaining = remaining(shares, late);
    List<RankRecording> result = new ArrayList<>(ranks);
    for (int k = 0; k < corrected.length; k++) {
      RankRecording rank = ranks.get(corrected[k]);
      double own = loss(many.get(k), common, fine[k]) < SAME ? common : fine[k];
      result.set(corrected[k], moved(rank, own, remaining, warnings));
    }
    return result;
  }

  /** Returns the time L between the times of all ranks that explains their powers best. */
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
   * @param others corrected ranks of the job. A rank whose power the instructions of another rank
   *     explain is not corrected, because the power logs were probably exchanged.
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
   * Returns the usual lag of the ranks that are not corrected, in seconds.
   *
   * @param late time L of each rank; 0 if it is not corrected
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

  /** Returns the time L of a rank, or 0 if it is usual. */
  private static double late(RankRecording rank, BusyShares shares, List<BusyShares> others) {
    if (!mayDiffer(shares)) {
      return 0;
    }
    BusyShares many = shares(rank, MANY);
    Lag far = LagScan.widest(MAX_SECONDS, USUAL, shares::misfit, many::misfit);
    double needed = usual(many).misfit();
    for (BusyShares other : others) {
      needed = Math.min(needed, usual(many.withWorkOf(other)).misfit());
    }
    if (isUsual(far.seconds())
        || far.misfit() > Math.log(MAX_UNEXPLAINED)
        || far.misfit() > needed - CLEARLY
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
    return !isInside || usual.misfit() > Math.log(MOSTLY);
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
