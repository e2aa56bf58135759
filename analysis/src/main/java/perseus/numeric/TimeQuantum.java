package perseus.numeric;

import java.util.Arrays;

/**
 * Finds out whether recorded times are whole multiples of a long time quantum. For example, a
 * program may have rounded the times to 10 ms.
 *
 * <p>Problem: find the largest quantum q of at least {@link #LEAST_SECONDS}, so that the
 * differences of consecutive times are multiples of q. The differences may deviate from multiples
 * by the precision of the times.
 *
 * <p>Method: the smallest difference is q or a small multiple of q. The candidates for q are the
 * smallest difference divided by 1, 2, 3 and so on. Each candidate is tested with all differences
 * in ascending order. Larger differences determine q more precisely.
 *
 * <p>Complexity: O(n log n + K n) time for n times and K = {@link #CANDIDATES} candidates. With
 * random times, a few differences are enough to reject a candidate.
 *
 * <p>Limits: the method finds no quantum if fewer than {@link #LEAST_DIFFERENCES} differences are
 * above 0. If all differences happen to be multiples of 2 q, the method finds 2 q instead of q.
 */
public final class TimeQuantum {
  /** Minimum quantum in seconds. Shorter quanta hardly change the energies of instructions. */
  public static final double LEAST_SECONDS = 0.9e-3;

  private static final int LEAST_DIFFERENCES = 40;
  private static final int CANDIDATES = 2000;

  /** Precision of recorded times in seconds; a Unix time as a double is precise to 0.24 us. */
  private static final double PRECISION_SECONDS = 1.5e-6;

  /**
   * Maximum tolerated distance between a difference and the nearest multiple of the quantum, as a
   * fraction of the quantum.
   */
  private static final double MAX_TOLERANCE = 0.05;

  /**
   * Maximum fraction of differences that need not be multiples of the quantum, for example because
   * records are damaged.
   */
  private static final double MAX_EXCEPTIONS = 0.005;

  /**
   * If more than this fraction of the differences between recorded times is equal, no quantum is
   * found. The program may then have acted at regular intervals without any rounding.
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
   * Returns the quantum of recorded times in seconds, even if almost all differences are equal; 0
   * if there is none. Use this method if several equal times show that the times were rounded.
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
   * Returns whether almost all times, in seconds since the start of Unix time, are multiples of a
   * quantum. Rounded times are multiples of the quantum. A sensor that acts at regular intervals
   * starts at a random time, so its times are usually not multiples.
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

  /**
   * Tests the candidate {@code sorted[0] / k}. Returns a more precise value of the candidate; 0 if
   * the candidate is not a quantum of the differences.
   */
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
