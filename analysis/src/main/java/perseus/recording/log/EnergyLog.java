package perseus.recording.log;

import java.nio.file.Path;
import java.util.Arrays;
import perseus.numeric.Quantile;

/**
 * One rank's cumulative energy counter, a point per change.
 *
 * @param file where it came from
 * @param times epoch seconds, strictly increasing
 * @param energies joules, never decreasing: where the counter restarted, it goes on from the value
 *     before
 * @param usable whether the increment from point i - 1 to point i was measured; the first is not
 * @param periodSeconds median time between changes
 */
public record EnergyLog(
    Path file, double[] times, double[] energies, boolean[] usable, double periodSeconds) {

  /** A log whose period is found from its times. */
  public EnergyLog(Path file, double[] times, double[] energies, boolean[] usable) {
    this(file, times, energies, usable, medianPeriod(times));
  }

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
   * The counter in joules at {@code time}, on the straight line between the changes around it; at
   * the ends, the first and last value.
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
