package perseus.attribution.clock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
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
 * L explains much of its power. An L of more than {@link LagRange#MAX_DIFFERENCE_SECONDS} is not
 * found.
 *
 * <p>Source: this project's own method. In simulated recordings with counter updates of 0.1 s, 1 -
 * R^2 is 0.09 to 0.21 with the right L. With any other L, 1 - R^2 is at least 0.31.
 */
public final class HostClocks {
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

  /** Maximum difference between nearly equal lags of ranks, in seconds. */
  private static final double NEAR_SECONDS = 0.03;

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
    List<BusyShares> shares = ranks.parallelStream().map(UnusualLag::shares).toList();
    double[] late =
        IntStream.range(0, ranks.size())
            .parallel()
            .mapToDouble(r -> UnusualLag.of(ranks.get(r), shares.get(r), shares))
            .toArray();
    removeDoubtful(shares, late);
    int[] corrected =
        IntStream.range(0, late.length).filter(r -> !LagRange.contains(late[r])).toArray();
    if (corrected.length == 0) {
      return ranks;
    }
    List<BusyShares> many =
        IntStream.of(corrected)
            .parallel()
            .mapToObj(r -> UnusualLag.shares(ranks.get(r), UnusualLag.READINGS_TO_REFINE))
            .toList();
    double[] fine = IntStream.of(corrected).mapToDouble(r -> late[r]).toArray();
    double common = common(many, fine);
    boolean[] follows = new boolean[late.length];
    for (int r = 0; r < late.length; r++) {
      BusyShares own = shares.get(r);
      follows[r] =
          LagRange.contains(late[r]) && UnusualLag.hardlyWaits(own) && isBetter(own, common);
      late[r] = follows[r] ? common : late[r];
    }
    double remaining = remaining(shares, late);
    List<RankRecording> result = new ArrayList<>(ranks);
    for (int r = 0; r < late.length; r++) {
      if (follows[r]) {
        result.set(r, moved(ranks.get(r), common, remaining, warnings));
      }
    }
    for (int k = 0; k < corrected.length; k++) {
      RankRecording rank = ranks.get(corrected[k]);
      double own = loss(many.get(k), common, fine[k]) < MAX_INCREASE_BY_COMMON ? common : fine[k];
      result.set(corrected[k], moved(rank, own, remaining, warnings));
    }
    return result;
  }

  /**
   * Sets an unusual lag to 0 if no other rank has nearly the same one, and a usual lag explains a
   * part of the power. The lag may then be wrong by the length of an instruction.
   */
  private static void removeDoubtful(List<BusyShares> shares, double[] late) {
    double[] found = late.clone();
    for (int r = 0; r < late.length; r++) {
      double own = found[r];
      long near = Arrays.stream(found).filter(lag -> Math.abs(lag - own) < NEAR_SECONDS).count();
      if (!LagRange.contains(own) && near < 2 && UnusualLag.isPartlyUsual(shares.get(r))) {
        late[r] = 0;
      }
    }
  }

  /** Returns the common lag in seconds that explains the power of the given ranks best. */
  private static double common(List<BusyShares> shares, double[] fine) {
    double from = Arrays.stream(fine).min().orElseThrow();
    double to = Arrays.stream(fine).max().orElseThrow();
    double step = Math.max(LagScan.FINE_STEP_SECONDS, (to - from) / MAX_STEPS);
    return LagScan.least(
            lag -> shares.stream().mapToDouble(each -> each.misfit(lag)).sum(), from, to, step)
        .seconds();
  }

  private static boolean isBetter(BusyShares shares, double lag) {
    return shares.size() >= UnusualLag.MIN_READINGS
        && shares.misfit(lag) < UnusualLag.usual(shares).misfit() - MAX_INCREASE_BY_COMMON;
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
    BusyShares shares = UnusualLag.shares(rank);
    if (!UnusualLag.mayDiffer(shares)) {
      return rank;
    }
    List<BusyShares> ofOthers = others.stream().map(UnusualLag::shares).toList();
    double late = UnusualLag.of(rank, shares, ofOthers);
    if (LagRange.contains(late) || UnusualLag.isPartlyUsual(shares)) {
      return rank;
    }
    return moved(rank, late, remaining(ofOthers, new double[ofOthers.size()]), warnings);
  }

  private static RankRecording withoutJump(RankRecording rank, Warnings warnings) {
    return JumpSearch.find(rank).map(jump -> jump.corrected(rank, warnings)).orElse(rank);
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
            .filter(
                r -> LagRange.contains(late[r]) && shares.get(r).size() >= UnusualLag.MIN_READINGS)
            .mapToDouble(
                r ->
                    LagScan.fine(shares.get(r)::misfit, UnusualLag.usual(shares.get(r)).seconds())
                        .seconds())
            .toArray();
    return usual.length == 0 ? REMAINING_SECONDS : Quantile.median(usual);
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
