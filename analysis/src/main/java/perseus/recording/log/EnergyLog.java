package perseus.recording.log;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import perseus.io.UserError;
import perseus.numeric.Quantile;

/**
 * Holds the readings of a rank's energy counter: time and value at each change of the counter.
 *
 * @param file file from which the energy log was read
 * @param times Unix time of each reading in seconds, strictly increasing
 * @param energies value of the energy counter in each reading, in joules, never decreasing. After a
 *     restart of the counter, the energy before the restart is added to all later values.
 * @param usable for each reading, whether the increase of the counter since the previous reading is
 *     valid; false for the first reading
 * @param periodSeconds median time between two consecutive readings, in seconds
 * @param quantumSeconds time quantum in seconds, such as 0.01 if all times are multiples of 10 ms;
 *     0 if the times are precise
 */
public record EnergyLog(
    Path file,
    double[] times,
    double[] energies,
    boolean[] usable,
    double periodSeconds,
    double quantumSeconds) {

  /** Creates an energy log and computes {@code periodSeconds} from {@code times}. */
  public EnergyLog(Path file, double[] times, double[] energies, boolean[] usable) {
    this(file, times, energies, usable, medianPeriod(times), 0);
  }

  /**
   * Creates the log of an energy counter that was never restarted.
   *
   * @param file file of the readings, for messages
   * @param times Unix time of each reading in seconds
   * @param energies value of the energy counter in each reading, in joules
   * @throws UserError if there are fewer than two readings, if the times do not increase strictly,
   *     or if the energies decrease or are negative
   */
  public static EnergyLog of(Path file, double[] times, double[] energies) {
    if (times.length != energies.length) {
      throw new IllegalArgumentException(
          "A log needs as many energies as times, but there are %d times and %d energies."
              .formatted(times.length, energies.length));
    }
    if (times.length < 2) {
      throw new UserError(file + " holds fewer than two readings of the energy counter.");
    }
    boolean[] usable = new boolean[times.length];
    for (int i = 0; i < times.length; i++) {
      boolean follows =
          i == 0
              ? times[0] > 0 && energies[0] >= 0
              : times[i] > times[i - 1] && energies[i] >= energies[i - 1];
      if (!follows || times[i] + energies[i] == Double.POSITIVE_INFINITY) {
        throw new UserError(
            String.format(
                Locale.ROOT,
                "%s, reading %d: the time %.6f and the energy %.6f do not follow the previous reading.",
                file,
                i + 1,
                times[i],
                energies[i]));
      }
      usable[i] = i > 0;
    }
    return new EnergyLog(file, times.clone(), energies.clone(), usable);
  }

  /**
   * Returns an energy log with the integral of power samples over time, for a rank without a
   * recorded energy counter. No reading of the returned log is marked as usable, so that powers are
   * fitted only to the power samples.
   *
   * @param samples at least two power samples
   * @param file name of the energy log in messages
   * @throws UserError if there are fewer than two samples
   */
  public static EnergyLog integrated(PowerSamples samples, Path file) {
    if (samples.size() < 2) {
      throw new UserError(file + " is missing, and there are no power samples in its place.");
    }
    double[] energies = new double[samples.size()];
    for (int i = 1; i < energies.length; i++) {
      double seconds = samples.times()[i] - samples.times()[i - 1];
      energies[i] = energies[i - 1] + samples.watts()[i] * seconds;
    }
    return new EnergyLog(samples.file(), samples.times(), energies, new boolean[samples.size()]);
  }

  /** Returns a copy whose times were recorded as multiples of a time quantum in seconds. */
  public EnergyLog withQuantum(double seconds) {
    return new EnergyLog(file, times, energies, usable, periodSeconds, seconds);
  }

  /** Returns a copy with other times of the readings, as Unix times in seconds. */
  public EnergyLog withTimes(double[] others) {
    return new EnergyLog(file, others, energies, usable, periodSeconds, quantumSeconds);
  }

  /** Returns a copy with another update period of the counter, in seconds. */
  public EnergyLog withPeriod(double seconds) {
    return new EnergyLog(file, times, energies, usable, seconds, quantumSeconds);
  }

  /** Returns the number of readings in the energy log. */
  public int size() {
    return times.length;
  }

  private static double medianPeriod(double[] times) {
    double[] periods = new double[times.length - 1];
    for (int i = 0; i < periods.length; i++) {
      periods[i] = times[i + 1] - times[i];
    }
    return Quantile.median(periods);
  }

  /**
   * Returns the value of the energy counter in joules at a given time, by linear interpolation. For
   * a time before the first reading, the value of the first reading is returned. For a time after
   * the last reading, the value of the last reading is returned. Complexity: O(log n) time for n
   * readings.
   *
   * @param time Unix time in seconds
   */
  public double energyAt(double time) {
    int i = Arrays.binarySearch(times, time);
    if (i >= 0) {
      return energies[i];
    }
    int after = -i - 1;
    if (after == 0) {
      return energies[0];
    }
    if (after == times.length) {
      return energies[times.length - 1];
    }
    double slope = (energies[after] - energies[after - 1]) / (times[after] - times[after - 1]);
    return slope * (time - times[after - 1]) + energies[after - 1];
  }
}
