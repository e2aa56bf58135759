package perseus.recording.log;

import java.nio.file.Path;
import java.util.Arrays;
import perseus.numeric.Quantile;

/**
 * Holds the readings of the energy counter of one rank's GPU: one point (time and counter value)
 * for each change of the counter.
 *
 * @param file file from which the energy log was read
 * @param times Unix time of each point in seconds, strictly increasing
 * @param energies value of the energy counter at each point, in joules; the values never decrease,
 *     because the energy that was counted before a restart of the counter is added to all values
 *     after the restart
 * @param usable for each point i, whether the increase of the energy counter from point i - 1 to
 *     point i is a valid measurement; false for the first point
 * @param periodSeconds median time in seconds between two consecutive points (changes of the energy
 *     counter)
 */
public record EnergyLog(
    Path file, double[] times, double[] energies, boolean[] usable, double periodSeconds) {

  /** Creates an energy log and computes {@code periodSeconds} from {@code times}. */
  public EnergyLog(Path file, double[] times, double[] energies, boolean[] usable) {
    this(file, times, energies, usable, medianPeriod(times));
  }

  /** Returns the number of points in the energy log. */
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
   * Returns the value of the energy counter at a given time, in joules. The counter value is
   * interpolated linearly between the last point before the given time and the first point after
   * the given time. For a time before the first point or after the last point of the log, returns
   * the counter value of the first or last point. The search for the points takes O(log n) time in
   * a log of n points.
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
