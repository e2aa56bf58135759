package perseus.recording.check;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import perseus.numeric.Quantile;
import perseus.recording.iteration.IterationBlocks;
import perseus.recording.log.InstructionLog;
import perseus.recording.run.FrequencyWindow;

/**
 * Holds the durations of the computations at one frequency, in order of time.
 *
 * @param deviations logarithm of each duration, minus the mean for the same instruction
 * @param positions for each computation, a number for its instruction and its position in the
 *     iteration
 * @param iterations number of iterations
 */
record WindowDurations(double[] deviations, int[] positions, int iterations) {
  /**
   * Approximate maximum number of examined computations at one frequency, which limits the
   * computing time.
   */
  private static final int MAX_COMPUTATIONS = 512;

  /** Maximum absolute value of ln(duration / median). More extreme durations come from delays. */
  private static final double MAX_DEVIATION = Math.log(2);

  /** First examined iteration. Iteration 0 is left out, because the program starts in it. */
  private static final int STARTED = 1;

  /** Probability of the lower of the two quantiles from which {@link #scatter} is computed. */
  private static final double SCATTER_FROM = 0.16;

  int size() {
    return deviations.length;
  }

  static WindowDurations of(RankRun run, FrequencyWindow window) {
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
    // If the GPU ran at two clocks, the median is a duration at one of them. The mean lies between
    // the durations at the two clocks.
    subtract(keptLogs, keptPositions, kinds, own -> Arrays.stream(own).average().orElse(0));
    return new WindowDurations(keptLogs, keptPositions, iterations);
  }

  /**
   * Returns the indices of the examined iterations. At a frequency with many iterations, only every
   * n-th iteration is examined.
   */
  private static IntStream examined(RankRun run, int from, int to) {
    int records = to > from ? run.iterations().to(to - 1) - run.iterations().from(from) : 0;
    int stride = 1 + records / MAX_COMPUTATIONS;
    return IntStream.range(from, to).filter(k -> (k - from) % stride == 0).filter(run::isCompared);
  }

  private static IntStream records(IterationBlocks blocks, int k) {
    InstructionLog log = blocks.log();
    return IntStream.range(blocks.from(k), blocks.to(k))
        .filter(i -> log.kinds().get(log.kind()[i]).isComputation() && !log.damaged()[i])
        .filter(i -> log.end()[i] > log.start()[i]);
  }

  /** Subtracts from each value the typical value of its instruction. */
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

  /** Returns each deviation minus the mean deviation at the same position of an iteration. */
  double[] withoutPositions() {
    double[] means = means(deviations);
    double[] rest = deviations.clone();
    Arrays.setAll(rest, i -> deviations[i] - means[positions[i]]);
    return rest;
  }

  /**
   * Returns how well the position of a computation in an iteration predicts its group. The result
   * is the adjusted R squared, which is 1 for a perfect prediction.
   *
   * @param member whether each computation belongs to the slower group
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

  /**
   * Returns how much the durations at equal positions of an iteration scatter; 0 without durations.
   * The scatter is half of the distance between their 16 % and 84 % quantiles. For normally
   * distributed durations, it is the relative standard deviation.
   */
  double scatter() {
    if (size() == 0) {
      return 0;
    }
    double[] rest = withoutPositions();
    // Each position in the iteration takes one degree of freedom, because its mean was subtracted.
    double free = Math.max(1, size() - distinctPositions());
    double distance = Quantile.of(rest, 1 - SCATTER_FROM) - Quantile.of(rest, SCATTER_FROM);
    return distance / 2 * Math.sqrt(size() / free);
  }
}
