package perseus.attribution.sensor;

import java.util.Arrays;
import perseus.recording.log.PowerSamples;

/**
 * Finds the power samples whose times can be trusted, because they lie on the grid of times at
 * which the driver takes samples. Estimates the times of the other samples.
 *
 * <p>Problem: a driver takes samples with a constant period, but reads or stamps some of them late.
 * On a busy H200, 20 to 50 percent of the samples are up to 20 ms late. Where the load changes, a
 * late sample differs by hundreds of watts from the power at its recorded time. The grid itself is
 * exact to some microseconds.
 *
 * <p>Method: the period is the most frequent time between two samples, refined over up to 128
 * samples. The remainder of each time modulo the period is computed. The remainders of the samples
 * on the grid lie close together. A sample is punctual if its remainder differs by at most {@link
 * #TOLERANCE} from the most frequent remainder in its block of samples and the two neighbouring
 * blocks.
 *
 * <p>A sample may be late for two reasons. The driver stamped it late: then its power belongs to
 * the time of the grid. Or the driver took it late: then its power belongs to a time shortly before
 * its stamp. If the next sample is punctual and belongs to the next time of the grid, and the
 * sample is late by {@link #SOON} to {@link #LONG} of a period, its stamp alone was late, and its
 * time is certain. The times of all other late samples are estimated from how late they are, and
 * remain doubtful.
 *
 * <p>Complexity: O(n) time for n samples. Limits: a sample that is late by a whole period is not
 * recognized.
 *
 * <p>Source: this project's own method, from 1,368 late samples of a copy and a float32 product on
 * one H200, whose bursts and rests are known (29 November 2026). Residuals of a fit: 6 to 7 W for
 * punctual samples; 7 to 12 W for samples with a late stamp and a punctual next sample; 25 to 37 W
 * for all others (42 to 55 W at their recorded times).
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

  /**
   * A sample that is late by at most this share of a period may have been taken at any time since
   * the grid.
   */
  private static final double SOON = 0.25;

  /** A sample that is late by more than this share of a period was taken late. */
  private static final double LONG = 0.625;

  /**
   * A sample that is late by more than this share of a period was taken early for the next grid.
   */
  private static final double NEXT = 0.925;

  /** Time from taking to stamping a sample that was taken late, as a share of a period. */
  private static final double STAMPING = 0.175;

  /** Least share of the samples around a block that must lie on its grid. */
  private static final double MIN_SHARE = 0.25;

  private final double[] stamps;
  private final double period;

  /** For each sample, its time since the grid in seconds; 0 if it is punctual, NaN if unknown. */
  private final double[] late;

  private PunctualSamples(double[] stamps, double period) {
    this.stamps = stamps;
    this.period = period;
    late = new double[stamps.length];
    Arrays.fill(late, Double.NaN);
  }

  /** Returns whether a sample is punctual. */
  boolean isPunctual(int i) {
    return late[i] == 0;
  }

  /** Returns whether the time of a sample is certain, because it is on the grid. */
  private boolean isCertain(int i) {
    if (isPunctual(i)) {
      return true;
    }
    if (!(late[i] > SOON * period && late[i] < LONG * period)) {
      return false;
    }
    return i + 1 < stamps.length
        && isPunctual(i + 1)
        && Math.abs(late[i] + stamps[i + 1] - stamps[i] - period) <= TOLERANCE * period;
  }

  /** Returns the best estimate of the time of a sample, in seconds. */
  private double time(int i) {
    if (isCertain(i)) {
      return stamps[i] - late[i];
    }
    double share = late[i] / period;
    return stamps[i] - (share < LONG ? late[i] / 2 : share < NEXT ? STAMPING * period : 0);
  }

  /** Returns the samples with certain times; the others are doubtful, with estimated times. */
  PowerSamples apply(PowerSamples samples) {
    return some(samples, true).withDoubtful(some(samples, false));
  }

  private PowerSamples some(PowerSamples samples, boolean certain) {
    double[] times = new double[stamps.length];
    double[] watts = new double[stamps.length];
    int n = 0;
    for (int i = 0; i < stamps.length; i++) {
      // Samples without a known grid have the time NaN, and are left out.
      if (isCertain(i) == certain && (n == 0 ? time(i) > 0 : time(i) > times[n - 1])) {
        times[n] = time(i);
        watts[n] = samples.watts()[i];
        n++;
      }
    }
    return samples.with(Arrays.copyOf(times, n), Arrays.copyOf(watts, n));
  }

  /**
   * Finds the punctual samples.
   *
   * @param stamps times in seconds that the driver gave the samples, strictly increasing
   */
  static PunctualSamples of(double[] stamps) {
    if (stamps.length < 2) {
      return new PunctualSamples(stamps, Double.NaN);
    }
    double period = period(stamps);
    PunctualSamples found = new PunctualSamples(stamps, period);
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
        double late = remainder(stamps[i] - origin - phase, period);
        boolean isPunctual = Math.min(late, period - late) <= TOLERANCE * period;
        found.late[i] = isPunctual ? 0 : late;
      }
    }
    return found;
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
