package perseus.recording.iteration;

import perseus.recording.log.EnergyLog;
import perseus.recording.run.FrequencyWindow;

/**
 * Holds how much the iteration time and the power of a rank changed between two measurements of the
 * first frequency. A run may measure its first frequency a second time at its end. Heat and other
 * jobs on the host can change the time and the power.
 *
 * @param rank global rank
 * @param time relative change of the iteration time, such as 0.01 for iterations that took 1 %
 *     longer at the end
 * @param power relative change of the mean power
 */
public record RevisitMove(int rank, double time, double power) {
  /**
   * Compares two ranges of iterations of a rank at the same frequency.
   *
   * @return relative changes of time and power; null if an iteration of either range is incomplete
   */
  public static RevisitMove of(
      int rank,
      IterationBlocks iterations,
      EnergyLog energy,
      FrequencyWindow first,
      FrequencyWindow again) {
    if (again.last() > iterations.complete) {
      return null;
    }
    double time = meanSeconds(iterations, again) / meanSeconds(iterations, first) - 1;
    double power = meanWatts(iterations, energy, again) / meanWatts(iterations, energy, first) - 1;
    return Double.isFinite(time) && Double.isFinite(power)
        ? new RevisitMove(rank, time, power)
        : null;
  }

  private static double meanSeconds(IterationBlocks iterations, FrequencyWindow window) {
    double seconds = 0;
    for (int i = window.first() - 1; i < window.last(); i++) {
      seconds += iterations.end[i] - iterations.start[i];
    }
    return seconds / window.length();
  }

  private static double meanWatts(
      IterationBlocks iterations, EnergyLog energy, FrequencyWindow window) {
    double start = iterations.start[window.first() - 1];
    double end = iterations.end[window.last() - 1];
    return (energy.energyAt(end) - energy.energyAt(start)) / (end - start);
  }
}
