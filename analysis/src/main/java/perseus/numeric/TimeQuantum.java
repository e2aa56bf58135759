package perseus.numeric;

import java.util.Arrays;

/**
 * Finds out whether recorded times are whole multiples of a long time quantum, for example because
 * a program rounded them to 10 ms.
 *
 * <p>Problem: find the largest quantum q of at least {@link #LEAST_SECONDS} such that the
 * differences of consecutive times are multiples of q, up to the precision of the times.
 *
 * <p>Method: the smallest difference is a small multiple of q. The candidates for q are the
 * smallest difference divided by 1, 2, 3 and so on. Each candidate is tested with all differences
 * in ascending order. Each longer difference determines the candidate more precisely.
 *
 * <p>Complexity: O(n log n + K n) time for n times and K = {@link #CANDIDATES} candidates; random
 * times reject a candidate after some differences.
 *
 * <p>Limits: the quantum is not found if fewer than {@link #LEAST_DIFFERENCES} differences are
 * above 0, or if all differences are multiples of a time that is longer than the quantum.
 */
public final class TimeQuantum {
  /** Minimum quantum in seconds. Shorter quanta hardly change the energies of instructions. */
  public static final double LEAST_SECONDS = 0.9e-3;

  private static final int LEAST_DIFFERENCES = 40;
  private static final int CANDIDATES = 2000;

  /** Precision of recorded times in seconds; a Unix time as a double is precise to 0.24 us. */
  private static final double PRECISION_SECONDS = 1.5e-6;

  /** Largest tolerance of a difference, as a fraction of the quantum. */
  private static final double MAX_TOLERANCE = 0.05;

  /** Maximum fraction of differences that are no multiples, for example of damaged records. */
  private static final double MAX_EXCEPTIONS = 0.005;

  /**
   * Maximum fraction of equal differences. Equal differences do not tell a quantum from a program
   * that acts in regular intervals.
   */
  private static final double MAX_EQUAL = 0.99;

  private TimeQuantum() {}

  /**
   * Returns the quantum of recorded times in seconds; 0 if there is none.
   *
   * @param times recorded times in seconds, in ascending order
   */
  public static double of(double[] times) {
    return of(times, MAX_EQUAL);
  }

  /**
   * Returns the quantum of recorded times in seconds, also if almost all differences are equal; 0
   * if there is none. Use it if several equal times show that the times were rounded.
   *
   * @param times recorded times in seconds, in ascending order
   */
  public static double ofRepeated(double[] times) {
    return of(times, 1);
  }

  private static double of(double[] times, double maxEqual) {
    double[] differences = new double[Math.max(0, times.length - 1)];
    int n = 0;
    for (int i = 1; i < times.length; i++) {
      double difference = times[i] - times[i - 1];
      if (difference > LEAST_SECONDS / 2) {
        differences[n++] = difference;
      } else if (difference > PRECISION_SECONDS) {
        return 0;
      }
    }
    if (n < LEAST_DIFFERENCES) {
      return 0;
    }
    Arrays.sort(differences, 0, n);
    double mayBeEqual = maxEqual * (times.length - 1);
    for (int k = 1; k <= CANDIDATES && differences[0] / k >= LEAST_SECONDS; k++) {
      double quantum = tested(differences, n, k, mayBeEqual);
      if (quantum > 0) {
        return quantum;
      }
    }
    return 0;
  }

  /**
   * Returns whether times are multiples of a quantum since the start of Unix time. A sensor that
   * acts in regular intervals starts at a random time, but rounded times are such multiples.
   *
   * @param quantum quantum in seconds
   */
  public static boolean isAligned(double[] times, double quantum) {
    double micros = Math.rint(1e6 * quantum);
    long aligned =
        Arrays.stream(times)
            .filter(
                time ->
                    Math.abs(Math.IEEEremainder(Math.rint(1e6 * time), micros))
                        <= 1e6 * PRECISION_SECONDS)
            .count();
    return aligned >= (1 - MAX_EXCEPTIONS) * times.length;
  }

  /** Returns {@code sorted[0] / k}, more precisely, if it is a quantum of the differences; or 0. */
  private static double tested(double[] sorted, int n, int k, double maxEqual) {
    double quantum = sorted[0] / k;
    double known = k;
    long exceptions = 0;
    int equal = 0;
    int mostEqual = 0;
    double before = 0;
    for (int i = 0; i < n; i++) {
      double multiple = Math.rint(sorted[i] / quantum);
      double tolerance = PRECISION_SECONDS * (1 + multiple / known);
      if (tolerance > MAX_TOLERANCE * quantum) {
        break;
      }
      equal = multiple == before ? equal + 1 : 1;
      mostEqual = Math.max(mostEqual, equal);
      before = multiple;
      if (Math.abs(sorted[i] - multiple * quantum) > tolerance) {
        exceptions++;
        if (exceptions > MAX_EXCEPTIONS * n) {
          return 0;
        }
      } else if (multiple > known) {
        quantum = sorted[i] / multiple;
        known = multiple;
      }
    }
    return mostEqual > maxEqual ? 0 : quantum;
  }
}
