package perseus.recording.check;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import perseus.recording.iteration.IterationBlocks;
import perseus.recording.log.InstructionLog;
import perseus.recording.run.FrequencyWindow;

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
 * <p>Complexity: O(n log n) time for n computations. Limits: the mean durations of the two groups
 * must differ by at least {@link #MIN_DIFFERENCE}. Each group must hold at least {@link #MIN_SHARE}
 * of the computations. A frequency with a single iteration is not examined. Source: this project's
 * own method.
 *
 * @param difference relative difference between the mean durations of the two groups; 0 for one
 *     group
 * @param shareOfSlow fraction of the computations in the slower group
 */
record DurationGroups(double difference, double shareOfSlow) {
  static final DurationGroups NONE = new DurationGroups(0, 0);

  private static final double MIN_DIFFERENCE = 0.03;
  private static final double MIN_SHARE = 0.1;

  /**
   * Minimum fraction of the computations in each of two groups by size. A smaller group of long
   * durations may be a few delayed computations.
   */
  private static final double MIN_SHARE_BY_SIZE = 0.15;

  private static final int MIN_COMPUTATIONS = 24;

  /**
   * Approximate maximum number of examined computations at one frequency, which limits the
   * computing time.
   */
  private static final int MAX_COMPUTATIONS = 512;

  private static final double MIN_DISTANCE = 4;
  private static final double MIN_DISTANCE_IN_TIME = 2.5;

  /**
   * Minimum ln(likelihood of two groups / likelihood of one group) of two groups by time. The limit
   * is high, because many frequencies are tested, and each test may give a false warning by chance.
   */
  private static final double MIN_LOG_RATIO = 14;

  /** Maximum absolute value of ln(duration / median). More extreme durations come from delays. */
  private static final double MAX_DEVIATION = Math.log(2);

  /** Index of the first examined iteration. The program starts in iteration 0. */
  private static final int STARTED = 1;

  /** Returns the two groups of durations at one frequency; {@link #NONE} for one group. */
  static DurationGroups of(RankRun run, FrequencyWindow window) {
    Durations all = Durations.of(run, window);
    if (all.iterations() < 2 || all.size() < MIN_COMPUTATIONS) {
      return NONE;
    }
    DurationGroups bySize = bySize(all);
    return bySize.difference > 0 ? bySize : byTime(all);
  }

  private static DurationGroups bySize(Durations all) {
    int n = all.size();
    double[] d = all.deviations();
    double[] sorted = d.clone();
    Arrays.sort(sorted);
    Split split = Split.best(sorted, minimumSize(n, MIN_SHARE_BY_SIZE));
    if (split.difference < MIN_DIFFERENCE || split.distance() < MIN_DISTANCE) {
      return NONE;
    }
    boolean[] slow = new boolean[n];
    for (int i = 0; i < n; i++) {
      slow[i] = d[i] >= sorted[split.at];
    }
    double share = (double) (n - split.at) / n;
    return all.explainedByPosition(slow) < 0.5
        ? new DurationGroups(Math.expm1(split.difference), share)
        : NONE;
  }

  private static DurationGroups byTime(Durations all) {
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
        Math.expm1(Math.abs(split.difference)), split.difference > 0 ? later : 1 - later);
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

  /**
   * Holds the durations of the computations at one frequency, in order of time.
   *
   * @param deviations logarithm of each duration, minus the mean for the same instruction
   * @param positions for each computation, a number for its instruction and its position in the
   *     iteration
   * @param iterations number of iterations
   */
  private record Durations(double[] deviations, int[] positions, int iterations) {
    int size() {
      return deviations.length;
    }

    static Durations of(RankRun run, FrequencyWindow window) {
      IterationBlocks blocks = run.iterations();
      InstructionLog log = blocks.log();
      int last = Math.min(window.last(), blocks.complete);
      int[] records =
          examined(run, Math.max(STARTED, window.first() - 1), last)
              .flatMap(k -> records(blocks, k))
              .toArray();
      int kinds = log.kinds().size();
      double[] logs = new double[records.length];
      int[] positions = new int[records.length];
      int[] next = new int[kinds];
      int iterations = 0;
      int current = -1;
      for (int i = 0; i < records.length; i++) {
        int record = records[i];
        if (blocks.of(record) != current) {
          current = blocks.of(record);
          iterations++;
          Arrays.fill(next, 0);
        }
        logs[i] = Math.log(log.end()[record] - log.start()[record]);
        positions[i] = next[log.kind()[record]]++ * kinds + log.kind()[record];
      }
      subtract(logs, positions, kinds, own -> own[own.length / 2]);
      int[] kept =
          IntStream.range(0, logs.length).filter(i -> Math.abs(logs[i]) < MAX_DEVIATION).toArray();
      double[] keptLogs = Arrays.stream(kept).mapToDouble(i -> logs[i]).toArray();
      int[] keptPositions = Arrays.stream(kept).map(i -> positions[i]).toArray();
      // If the GPU ran at two clocks, the median would belong to one of them; the mean does not.
      subtract(keptLogs, keptPositions, kinds, own -> Arrays.stream(own).average().orElse(0));
      return new Durations(keptLogs, keptPositions, iterations);
    }

    /**
     * Returns the indices of the examined iterations. At a frequency with many iterations, only
     * every n-th iteration is examined.
     */
    private static IntStream examined(RankRun run, int from, int to) {
      int records = to > from ? run.iterations().to(to - 1) - run.iterations().from(from) : 0;
      int stride = 1 + records / MAX_COMPUTATIONS;
      return IntStream.range(from, to)
          .filter(k -> (k - from) % stride == 0)
          .filter(run::isCompared);
    }

    private static IntStream records(IterationBlocks blocks, int k) {
      InstructionLog log = blocks.log();
      return IntStream.range(blocks.from(k), blocks.to(k))
          .filter(i -> log.kinds().get(log.kind()[i]).isComputation() && !log.damaged()[i])
          .filter(i -> log.end()[i] > log.start()[i]);
    }

    /**
     * Subtracts from each value the typical value of its instruction, which {@code middle} computes
     * from the sorted values.
     */
    private static void subtract(
        double[] logs, int[] positions, int kinds, ToDoubleFunction<double[]> middle) {
      for (int kind = 0; kind < kinds; kind++) {
        int chosen = kind;
        double[] own =
            IntStream.range(0, logs.length)
                .filter(i -> positions[i] % kinds == chosen)
                .mapToDouble(i -> logs[i])
                .sorted()
                .toArray();
        double typical = own.length == 0 ? 0 : middle.applyAsDouble(own);
        for (int i = 0; i < logs.length; i++) {
          logs[i] -= positions[i] % kinds == chosen ? typical : 0;
        }
      }
    }

    /** Returns each value minus the mean of the values at the same position of the iteration. */
    double[] withoutPositions() {
      double[] means = means(deviations);
      double[] rest = deviations.clone();
      Arrays.setAll(rest, i -> deviations[i] - means[positions[i]]);
      return rest;
    }

    /**
     * Predicts the group of each computation from its position in the iteration. Returns the
     * adjusted R squared of the prediction, which is 1 if the position determines the group.
     */
    double explainedByPosition(boolean[] member) {
      double[] values = new double[size()];
      Arrays.setAll(values, i -> member[i] ? 1 : 0);
      double mean = Arrays.stream(values).average().orElse(0);
      double[] means = means(values);
      double within = 0;
      double total = 0;
      for (int i = 0; i < values.length; i++) {
        within += (values[i] - means[positions[i]]) * (values[i] - means[positions[i]]);
        total += (values[i] - mean) * (values[i] - mean);
      }
      double free = Math.max(1, size() - distinctPositions());
      return 1 - within / free / (total / (size() - 1));
    }

    long distinctPositions() {
      return Arrays.stream(positions).distinct().count();
    }

    private double[] means(double[] values) {
      int n = Arrays.stream(positions).max().orElse(0) + 1;
      double[] sums = new double[n];
      int[] counts = new int[n];
      for (int i = 0; i < values.length; i++) {
        sums[positions[i]] += values[i];
        counts[positions[i]]++;
      }
      Arrays.setAll(sums, p -> sums[p] / counts[p]);
      return sums;
    }
  }
}
