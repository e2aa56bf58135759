package perseus.attribution.clock;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;

/**
 * Finds a host clock that was set during the recording ({@link HostClockJump}).
 *
 * <p>Problem: find the time at which the lag of the power changes, and the lags before and after
 * it, if they differ by at least {@link #MIN_SECONDS}.
 *
 * <p>Method: the recording is divided into {@link #BLOCKS} parts of equal length. {@link
 * BusyShares} explains some readings of each part by the instructions, for lags that are {@link
 * LagScan#STEP_SECONDS} apart. The two lags and the part at which they change minimize the sum of
 * {@code log(1 - R^2)} over all parts. Then lags and time are refined.
 *
 * <p>Complexity: 168 comparisons of 60 readings for each rank; 8,000 more if one lag explains some
 * parts much better than others.
 *
 * <p>Limits: of several jumps, only the largest is corrected. Smaller jumps are left to {@link
 * LagStep}.
 */
final class JumpSearch {
  private static final int BLOCKS = 8;
  private static final int MIN_BLOCKS = 6;

  /** Minimum number of parts before and after the jump. */
  private static final int MIN_SIDE = 2;

  private static final int READINGS_OF_BLOCK = 60;
  private static final int MIN_READINGS_OF_BLOCK = 25;

  /** Smallest jump in seconds. */
  private static final double MIN_SECONDS = 0.05;

  /**
   * A jump is searched if {@code log(1 - R^2)} differs by more than this value between two parts.
   */
  private static final double UNEQUAL = 0.4;

  /** Minimum decrease by the jump of the sum of {@code log(1 - R^2)} over all readings. */
  private static final double MARGIN = 40;

  /**
   * Minimum decrease of {@code log(1 - R^2)} by the jump, per reading of the shorter side of the
   * jump.
   */
  private static final double MARGIN_PER_READING = 0.25;

  /** Minimum decrease of {@code log(1 - R^2)} by the jump, as a mean over all parts. */
  private static final double MIN_MEAN_DECREASE = 0.1;

  /**
   * Minimum 1 - R^2 after the jump with the lag before it. In noisy recordings, a lag that is wrong
   * by some iterations may fit a little better by chance.
   */
  private static final double MIN_UNEXPLAINED_BY_OLD_LAG = 0.5;

  /**
   * Minimum length of a time without readings that shows the time of the jump, as a fraction of the
   * jump. A clock that is set forward leaves a time without readings that is as long as the jump.
   */
  private static final double SHARE_OF_GAP = 0.7;

  private static final int CANDIDATES = 200;

  private JumpSearch() {}

  private record Part(double from, double to, BusyShares shares) {}

  /** Returns the largest jump; empty if no host clock was set. */
  static Optional<HostClockJump> find(RankRecording rank) {
    List<Part> parts = parts(rank);
    if (parts.size() < MIN_BLOCKS) {
      return Optional.empty();
    }
    double usual =
        LagScan.least(
                lag -> misfit(parts, lag),
                LagRange.MIN_SECONDS,
                LagRange.MAX_SECONDS,
                LagScan.STEP_SECONDS)
            .seconds();
    double[] misfits = parts.stream().mapToDouble(part -> part.shares.misfit(usual)).toArray();
    double least = Arrays.stream(misfits).min().orElseThrow();
    double most = Arrays.stream(misfits).max().orElseThrow();
    return most - least > UNEQUAL ? find(rank, parts) : Optional.empty();
  }

  private static List<Part> parts(RankRecording rank) {
    double start = rank.firstStart();
    double end =
        rank.windows().stream()
            .flatMap(window -> window.segments().stream())
            .mapToDouble(Segment::end)
            .max()
            .orElse(start);
    double length = (end - start) / BLOCKS;
    return IntStream.range(0, BLOCKS)
        .mapToObj(
            k -> {
              double from = start + k * length;
              return part(rank, from, from + length, READINGS_OF_BLOCK);
            })
        .filter(part -> part.shares.size() >= MIN_READINGS_OF_BLOCK)
        .toList();
  }

  private static Optional<HostClockJump> find(RankRecording rank, List<Part> parts) {
    int lags = (int) Math.round(2 * LagRange.MAX_DIFFERENCE_SECONDS / LagScan.STEP_SECONDS) + 1;
    double[][] after = new double[parts.size() + 1][lags];
    for (int k = parts.size() - 1; k >= 0; k--) {
      BusyShares shares = parts.get(k).shares;
      for (int j = 0; j < lags; j++) {
        after[k][j] =
            after[k + 1][j]
                + shares.size()
                    * shares.misfit(-LagRange.MAX_DIFFERENCE_SECONDS + j * LagScan.STEP_SECONDS);
      }
    }
    int cut = 0;
    double least = least(after[0]);
    double without = least;
    for (int k = MIN_SIDE; k <= parts.size() - MIN_SIDE; k++) {
      double sum = least(minus(after[0], after[k])) + least(after[k]);
      if (sum < least) {
        least = sum;
        cut = k;
      }
    }
    if (cut == 0) {
      return Optional.empty();
    }
    double[] before = minus(after[0], after[cut]);
    int readingsBefore = readings(parts.subList(0, cut));
    int readingsAfter = readings(parts.subList(cut, parts.size()));
    double margin = MARGIN + MARGIN_PER_READING * Math.min(readingsBefore, readingsAfter);
    double explained = Math.log(UnusualLag.MAX_UNEXPLAINED);
    if (without - least < margin
        || least(before) > readingsBefore * explained
        || least(after[cut]) > readingsAfter * explained) {
      return Optional.empty();
    }
    // The clock may have been set within the part before or after the cut, so both are left out.
    double lagBefore = lag(rank, parts.subList(0, cut - 1), LagRange.TYPICAL_SECONDS);
    double lagAfter = lag(rank, parts.subList(cut + 1, parts.size()), lagBefore);
    double seconds = lagAfter - lagBefore;
    List<Part> rest = parts.subList(cut + 1, parts.size());
    if (Math.abs(seconds) < MIN_SECONDS
        || misfit(rest, lagBefore) < Math.log(MIN_UNEXPLAINED_BY_OLD_LAG)) {
      return Optional.empty();
    }
    double time = time(rank, parts.get(cut - 1).from, parts.get(cut).to, lagBefore, lagAfter);
    double middleBefore = (parts.get(0).from + time) / 2;
    double middleAfter = (time + parts.get(parts.size() - 1).to) / 2;
    double slope = seconds / (middleAfter - middleBefore);
    boolean isClear =
        isClear(
            refined(rank, parts),
            t -> t < time ? lagBefore : lagAfter,
            t -> lagBefore + slope * (t - middleBefore));
    return isClear ? Optional.of(new HostClockJump(time, seconds)) : Optional.empty();
  }

  /** Returns whether a jump explains many readings clearly better than a usual lag or a drift. */
  private static boolean isClear(
      List<Part> parts, DoubleUnaryOperator jump, DoubleUnaryOperator drift) {
    double usual =
        LagScan.least(
                lag -> misfit(parts, lag),
                LagRange.MIN_SECONDS,
                LagRange.MAX_SECONDS,
                LagScan.FINE_STEP_SECONDS)
            .misfit();
    double least = Math.min(readings(parts) * usual, sum(parts, drift));
    return least - sum(parts, jump) > MARGIN + MIN_MEAN_DECREASE * readings(parts);
  }

  private static double sum(List<Part> parts, DoubleUnaryOperator lag) {
    return parts.stream().mapToDouble(part -> part.shares.size() * part.shares.misfit(lag)).sum();
  }

  private static double[] minus(double[] all, double[] some) {
    double[] result = new double[all.length];
    Arrays.setAll(result, j -> all[j] - some[j]);
    return result;
  }

  private static double least(double[] values) {
    return Arrays.stream(values).min().orElseThrow();
  }

  private static int readings(List<Part> parts) {
    return parts.stream().mapToInt(part -> part.shares.size()).sum();
  }

  /**
   * Returns the most likely lag of some parts, in seconds.
   *
   * @param expected lag in seconds near which the result should lie
   */
  private static double lag(RankRecording rank, List<Part> parts, double expected) {
    List<Part> refined = refined(rank, parts);
    return LagScan.widest(
            LagRange.MAX_DIFFERENCE_SECONDS,
            expected,
            lag -> misfit(parts, lag),
            lag -> misfit(refined, lag))
        .seconds();
  }

  private static List<Part> refined(RankRecording rank, List<Part> parts) {
    return parts.stream()
        .map(part -> part(rank, part.from, part.to, UnusualLag.READINGS_TO_REFINE))
        .toList();
  }

  /** Returns the mean of {@code log(1 - R^2)} over the readings of all parts. */
  private static double misfit(List<Part> parts, double lag) {
    return sum(parts, time -> lag) / Math.max(1, readings(parts));
  }

  private static Part part(RankRecording rank, double from, double to, int readings) {
    return new Part(from, to, BusyShares.between(rank, from, to, readings));
  }

  /** Returns the most likely time of the jump, as Unix time in seconds. */
  private static double time(
      RankRecording rank, double from, double to, double lagBefore, double lagAfter) {
    BusyShares shares = BusyShares.between(rank, from, to, UnusualLag.READINGS_TO_REFINE);
    double best = from;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i <= CANDIDATES; i++) {
      double candidate = from + i * (to - from) / CANDIDATES;
      double misfit = shares.misfit(t -> t < candidate ? lagBefore : lagAfter);
      if (misfit < least) {
        least = misfit;
        best = candidate;
      }
    }
    double length = (to - from) / CANDIDATES + Math.abs(lagAfter - lagBefore);
    return gap(rank, best, length, SHARE_OF_GAP * (lagAfter - lagBefore));
  }

  /**
   * Returns the end of the longest time without readings near {@code near}. Returns {@code near} if
   * all times without readings are shorter than {@code least} seconds.
   */
  private static double gap(RankRecording rank, double near, double reach, double least) {
    double[] times = times(rank);
    double longest = least;
    double best = near;
    for (int i = 1; i < times.length; i++) {
      double length = times[i] - times[i - 1];
      if (Math.abs(times[i] - near) < reach && length > longest && least > 0) {
        longest = length;
        best = times[i];
      }
    }
    return best;
  }

  private static double[] times(RankRecording rank) {
    Segment segment = rank.windows().get(0).segments().get(0);
    return rank.hasSamples() ? segment.samples().times() : segment.energy().times();
  }
}
