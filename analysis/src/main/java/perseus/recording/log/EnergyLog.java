package perseus.recording.log;

import java.nio.file.Path;
import java.util.Arrays;
import perseus.numeric.Quantile;

/**
 * Holds the readings of the energy counter of one rank's GPU: one point for each change of the
 * counter.
 *
 * @param file the file from which the log was read
 * @param times times of the points in epoch seconds, strictly increasing
 * @param energies counter values in joules, never decreasing; after a restart of the counter, the
 *     joules before the restart are added
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
   * Returns the counter in joules at a given time, by linear interpolation between the two nearest
   * points. Before the first point and after the last point, returns the energy of that point.
   * Takes time O(log n) for n points.
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
