package perseus.recording.log;

import java.nio.file.Path;
import java.util.Arrays;
import perseus.numeric.Quantile;

/**
 * Holds the readings of the energy counter of one rank's GPU: one point (time and counter value)
 * for each change of the counter.
 *
 * @param file the file from which the log was read
 * @param times times of the points in epoch seconds, strictly increasing
 * @param energies counter values at the points, in joules; they never decrease, because the energy
 *     that was counted before a restart of the counter is added to all values after the restart
 * @param usable for each point i, whether the increase from point i - 1 to point i is a valid
 *     measurement; false for the first point
 * @param periodSeconds median time in seconds between two consecutive points
 */
public record EnergyLog(
    Path file, double[] times, double[] energies, boolean[] usable, double periodSeconds) {

  /** Creates a log and computes {@code periodSeconds} from the times. */
  public EnergyLog(Path file, double[] times, double[] energies, boolean[] usable) {
    this(file, times, energies, usable, medianPeriod(times));
  }

  /** Returns the number of points. */
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
   * Returns the value of the counter at a given time, in joules. The value is interpolated linearly
   * between the points before and after this time. If the time is before the first point or after
   * the last point, returns the value of that point. Takes time O(log n) for n points.
   *
   * @param time time in epoch seconds
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
