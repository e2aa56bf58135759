package perseus.recording.check;

import java.util.Arrays;

/**
 * Describes whether the durations of computations at one frequency form two groups. Two groups mean
 * that the GPU ran at two clocks.
 *
 * <p>Problem: the durations of an instruction differ even at an unchanged clock. The first forward
 * of an iteration may be slower, for example, and a backward may overlap a communication. At an
 * unchanged clock, the same computations are slow in each iteration.
 *
 * <p>Method: the logarithm of each duration, minus the mean for the same instruction, is assigned
 * to one of two groups. The two groups of durations are formed in two ways:
 *
 * <ul>
 *   <li>Groups by size: the durations are sorted by size, and divided where the variance within the
 *       two groups is smallest. The means of the two groups must be at least {@link #MIN_DISTANCE}
 *       standard deviations apart. The two groups are rejected if the position in the iteration
 *       predicts the group (adjusted R squared of at least 0.5).
 *   <li>Groups by time: the mean duration at the same position of an iteration is subtracted from
 *       each duration. The durations in order of time are divided where the variance within the two
 *       groups is smallest. The means of the two groups must be at least {@link
 *       #MIN_DISTANCE_IN_TIME} standard deviations apart.
 * </ul>
 *
 * <p>If the durations at two clocks differ by little, they overlap, and the two groups are not
 * found. But two clocks also make the scatter of the durations larger. The scatter s at each
 * frequency is therefore compared with s0, the smallest scatter at any frequency of the rank. If s
 * is at least 1.5 s0, two groups by size are accepted at a smaller distance of their means. If
 * another frequency has two groups, a scatter s of at least 1.2 s0 already counts as two groups.
 * Their relative difference is about 2 sqrt(s^2 - s0^2), such as 8 % for s = 5 % and s0 = 3 %.
 *
 * <p>Complexity: O(n log n) time for n computations. Limits: the mean durations of the two groups
 * must differ by at least {@link #MIN_DIFFERENCE}. Each group must hold at least {@link #MIN_SHARE}
 * of the computations. A frequency with a single iteration is not examined. Source: this project's
 * own method.
 *
 * @param difference relative difference between the mean durations of the two groups; 0 for one
 *     group
 * @param shareOfSlow fraction of the computations in the slower group
 * @param scatter standard deviation of ln(duration) within the groups; infinite if it is unknown
 */
record DurationGroups(double difference, double shareOfSlow, double scatter) {
  static final DurationGroups NONE = new DurationGroups(0, 0, Double.POSITIVE_INFINITY);

  private static final double MIN_DIFFERENCE = 0.03;
  private static final double MIN_SHARE = 0.1;

  /**
   * Minimum fraction of the computations in each of two groups by size. A smaller group of long
   * durations may be a few delayed computations.
   */
  private static final double MIN_SHARE_BY_SIZE = 0.15;

  private static final int MIN_COMPUTATIONS = 24;

  private static final double MIN_DISTANCE = 4;

  /**
   * Replaces {@link #MIN_DISTANCE} if durations scatter more than at another frequency. If normally
   * distributed durations at one clock are divided into two groups, the means of the groups are at
   * most 2.7 standard deviations apart.
   */
  private static final double MIN_DISTANCE_OF_SCATTERED = 3.3;

  /** Minimum scatter for {@link #ofScattered}, as a multiple of the smallest scatter. */
  private static final double MIN_RATIO = 1.5;

  /** Minimum scatter for {@link #ofExcess}, as a multiple of the smallest scatter. */
  private static final double MIN_EXPECTED_RATIO = 1.2;

  /** Assumed fraction of slow computations if only the scatter shows two groups. */
  private static final double UNKNOWN_SHARE = 0.5;

  private static final double MIN_DISTANCE_IN_TIME = 2.5;

  /**
   * Minimum ln(likelihood of two groups / likelihood of one group) of two groups by time. The limit
   * is high, because many frequencies are tested, and each test may give a false warning by chance.
   */
  private static final double MIN_LOG_RATIO = 14;

  /** Returns the two groups of durations at one frequency; {@link #NONE} for one group. */
  static DurationGroups of(WindowDurations all) {
    if (!areEnough(all)) {
      return NONE;
    }
    DurationGroups bySize = bySize(all, MIN_DISTANCE);
    return bySize.difference > 0 ? bySize : byTime(all);
  }

  /**
   * Returns the two groups by size at a frequency with a large scatter ({@link
   * WindowDurations#scatter}); {@link #NONE} for one group or a small scatter.
   *
   * @param least smallest scatter at any frequency of the rank. At a frequency with two groups, the
   *     scatter within the groups counts.
   */
  static DurationGroups ofScattered(WindowDurations all, double least) {
    return areEnough(all) && all.scatter() >= MIN_RATIO * least
        ? bySize(all, MIN_DISTANCE_OF_SCATTERED)
        : NONE;
  }

  /**
   * Returns two groups of equal size that would explain a scatter above {@code least}; {@link
   * #NONE} for a small scatter. A large scatter may also arise by chance.
   */
  static DurationGroups ofExcess(WindowDurations all, double least) {
    double scatter = all.scatter();
    if (!areEnough(all) || scatter < MIN_EXPECTED_RATIO * least) {
      return NONE;
    }
    double excess = Math.sqrt(scatter * scatter - least * least);
    return new DurationGroups(Math.expm1(2 * excess), UNKNOWN_SHARE, least);
  }

  /**
   * Returns the largest relative difference between two groups of equal size that {@link #ofExcess}
   * does not find.
   */
  static double unnoticed(double least) {
    return 2 * least * Math.sqrt(MIN_EXPECTED_RATIO * MIN_EXPECTED_RATIO - 1);
  }

  static boolean areEnough(WindowDurations all) {
    return all.iterations() >= 2 && all.size() >= MIN_COMPUTATIONS;
  }

  private static DurationGroups bySize(WindowDurations all, double minDistance) {
    int n = all.size();
    double[] d = all.deviations();
    double[] sorted = d.clone();
    Arrays.sort(sorted);
    Split split = Split.best(sorted, minimumSize(n, MIN_SHARE_BY_SIZE));
    if (split.difference < MIN_DIFFERENCE || split.distance() < minDistance) {
      return NONE;
    }
    boolean[] slow = new boolean[n];
    for (int i = 0; i < n; i++) {
      slow[i] = d[i] >= sorted[split.at];
    }
    double share = (double) (n - split.at) / n;
    return all.explainedByPosition(slow) < 0.5
        ? new DurationGroups(Math.expm1(split.difference), share, split.deviation)
        : NONE;
  }

  private static DurationGroups byTime(WindowDurations all) {
    int n = all.size();
    Split split = Split.best(all.withoutPositions(), minimumSize(n, MIN_SHARE));
    // Each position in the iteration takes one degree of freedom, because the mean at the
    // position was subtracted.
    double free = Math.max(1, n - all.distinctPositions() - 1);
    double distance = split.distance() * Math.sqrt(free / (n - 2));
    double t = distance * Math.sqrt((double) split.at * (n - split.at) / n);
    if (Math.abs(split.difference) < MIN_DIFFERENCE
        || distance < MIN_DISTANCE_IN_TIME
        || free / 2 * Math.log1p(t * t / free) < MIN_LOG_RATIO) {
      return NONE;
    }
    double later = (double) (n - split.at) / n;
    return new DurationGroups(
        Math.expm1(Math.abs(split.difference)),
        split.difference > 0 ? later : 1 - later,
        split.deviation);
  }

  private static int minimumSize(int n, double share) {
    return (int) Math.ceil(Math.max(3, share * n));
  }

  /**
   * Describes a division of a sequence of values into two groups: the first values and the rest.
   *
   * @param at number of values in the first group
   * @param difference mean of the rest minus mean of the first values
   * @param deviation standard deviation within the two groups
   */
  private record Split(int at, double difference, double deviation) {
    double distance() {
      return Math.abs(difference) / deviation;
    }

    /**
     * Returns the division with the smallest variance within two groups of at least {@code minimum}
     * values.
     */
    static Split best(double[] values, int minimum) {
      int n = values.length;
      double sum = Arrays.stream(values).sum();
      double squares = Arrays.stream(values).map(value -> value * value).sum();
      Split best = new Split(0, 0, Double.POSITIVE_INFINITY);
      double left = 0;
      for (int i = 1; i <= n - minimum; i++) {
        left += values[i - 1];
        if (i >= minimum) {
          double a = left / i;
          double b = (sum - left) / (n - i);
          double within = Math.max(1e-18, squares - i * a * a - (n - i) * b * b);
          double deviation = Math.sqrt(within / (n - 2));
          if (deviation < best.deviation) {
            best = new Split(i, b - a, deviation);
          }
        }
      }
      return best;
    }
  }
}
