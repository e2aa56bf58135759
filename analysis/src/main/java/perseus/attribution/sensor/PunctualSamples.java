package perseus.attribution.sensor;

import java.util.Arrays;

/**
 * Finds the power samples whose times can be trusted: those that lie on the grid of times at which
 * the driver takes samples.
 *
 * <p>Problem: a driver takes samples with a constant period, but reads or stamps some of them late.
 * On a busy H200, 20 to 50 percent of the samples are up to 20 ms late; where the load changes, a
 * sample with a wrong time is off by hundreds of watts. The grid itself is exact to some
 * microseconds.
 *
 * <p>Method: the period is the most frequent time between two samples, refined over up to 100
 * samples. For each block of samples, the remainder of each time modulo the period is computed; the
 * remainders of the samples on the grid lie close together. A sample is punctual if its remainder
 * is within {@link #TOLERANCE} of the densest place of its block and of its neighbours.
 *
 * <p>Complexity: O(n) time for n samples. Limits: a sample that is late by a whole period is not
 * recognized.
 *
 * <p>Source: this project's own method, from recordings of H200 GPUs in November 2026.
 */
final class PunctualSamples {
  /** Numbers of samples over which the period is measured, each time more precisely. */
  private static final int[] STEPS = {1, 2, 4, 8, 16, 32, 64, 128};

  /** Number of samples from which the period is measured. */
  private static final int SAMPLES_FOR_PERIOD = 4000;

  private static final int BLOCK = 20;

  /** Number of bins into which the period is divided to find the densest place. */
  private static final int BINS = 40;

  /** Number of neighbouring bins in which the samples on the grid lie. */
  private static final int CLUSTER_BINS = 4;

  /** Largest distance from the grid, as a fraction of the period. */
  private static final double TOLERANCE = 0.05;

  /** Least share of the samples around a block that must lie on its grid. */
  private static final double MIN_SHARE = 0.25;

  private PunctualSamples() {}

  /**
   * Returns for each sample whether it is punctual.
   *
   * @param stamps times in seconds that the driver gave the samples, strictly increasing
   */
  static boolean[] of(double[] stamps) {
    boolean[] punctual = new boolean[stamps.length];
    if (stamps.length < 2) {
      return punctual;
    }
    double period = period(stamps);
    int[] counts = new int[BINS];
    for (int from = 0; from < stamps.length; from += BLOCK) {
      int to = Math.min(from + BLOCK, stamps.length);
      double origin = stamps[from];
      double phase =
          phase(
              stamps,
              Math.max(0, from - BLOCK),
              Math.min(to + BLOCK, stamps.length),
              origin,
              period,
              counts);
      for (int i = from; i < to; i++) {
        double distance = remainder(stamps[i] - origin - phase + period / 2, period) - period / 2;
        punctual[i] = Math.abs(distance) <= TOLERANCE * period;
      }
    }
    return punctual;
  }

  private static double period(double[] all) {
    int first = Math.max(0, (all.length - SAMPLES_FOR_PERIOD) / 2);
    double[] stamps =
        Arrays.copyOfRange(all, first, Math.min(all.length, first + SAMPLES_FOR_PERIOD));
    double period = Double.NaN;
    for (int steps : STEPS) {
      if (steps >= stamps.length) {
        break;
      }
      double[] means = new double[stamps.length - steps];
      for (int i = 0; i < means.length; i++) {
        double time = stamps[i + steps] - stamps[i];
        means[i] = steps == 1 ? time : time / Math.max(1, Math.rint(time / period));
      }
      period = mode(means);
    }
    return period;
  }

  /** Returns the middle of the shortest interval that contains an eighth of the values. */
  private static double mode(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int count = Math.max(1, sorted.length / 8);
    int best = densest(sorted, count);
    return (sorted[best] + sorted[best + count - 1]) / 2;
  }

  private static int densest(double[] sorted, int count) {
    int best = 0;
    for (int i = 0; i + count <= sorted.length; i++) {
      if (sorted[i + count - 1] - sorted[i] < sorted[best + count - 1] - sorted[best]) {
        best = i;
      }
    }
    return best;
  }

  /**
   * Returns the remainder around which most samples lie; NaN if too few lie around one remainder.
   *
   * @param counts array of {@link #BINS} elements for intermediate results
   */
  private static double phase(
      double[] stamps, int from, int to, double origin, double period, int[] counts) {
    Arrays.fill(counts, 0);
    for (int i = from; i < to; i++) {
      counts[bin(stamps[i] - origin, period)]++;
    }
    int most = 0;
    int best = 0;
    for (int b = 0; b < BINS; b++) {
      int count = 0;
      for (int k = 0; k < CLUSTER_BINS; k++) {
        count += counts[(b + k) % BINS];
      }
      if (count > most) {
        most = count;
        best = b;
      }
    }
    if (most < MIN_SHARE * (to - from)) {
      return Double.NaN;
    }
    double start = best * period / BINS;
    double[] cluster = new double[most];
    int size = 0;
    for (int i = from; i < to && size < most; i++) {
      double offset = remainder(stamps[i] - origin - start, period);
      if (offset < CLUSTER_BINS * period / BINS) {
        cluster[size++] = offset;
      }
    }
    Arrays.sort(cluster, 0, size);
    return start + cluster[size / 2];
  }

  private static int bin(double time, double period) {
    return Math.min(BINS - 1, (int) (remainder(time, period) / period * BINS));
  }

  private static double remainder(double time, double period) {
    return time - period * Math.floor(time / period);
  }
}
