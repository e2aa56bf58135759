package perseus.planner.problem;

import java.util.Arrays;

/**
 * Holds the lower bound L(T): every plan of makespan T uses at least L(T) joules. The documentation
 * of {@code perseus.planner.bound.LowerBoundSolver} contains the proof that L(T) is a lower bound.
 *
 * <p>The lower bound L(T) is a convex and piecewise linear function of the makespan T. A breakpoint
 * is a makespan at which the slope of the lower bound changes. The first and the last breakpoint
 * are the ends of the range for which the bound was computed. At the longest computed makespan, the
 * bound on effective energy (energy minus the energy of waiting for the same time) reaches its
 * minimum.
 *
 * <p>The package {@code perseus.planner.bound} computes the lower bound from the LP relaxation. The
 * energy of the best plan may be above the lower bound. The reason is that a GPU can run an
 * operation only at one of its measured frequencies.
 *
 * <p>The distance from a plan down to the lower bound is the maximum energy that a better plan of
 * the same makespan could save.
 */
public final class LowerBound {
  private final double[] times;
  private final double[] energies;
  private final double blockingWatts;
  private final double roundingSeconds;
  private final double certificate;

  /**
   * Makes the lower bound from its breakpoints, which are the makespans at which its slope changes.
   *
   * @param times makespans of the breakpoints in seconds, strictly falling
   * @param energies the lower bound at each breakpoint, in joules
   * @param blockingWatts power in watts that all GPUs of the pipeline draw while they wait
   * @param roundingSeconds maximum time in seconds by which {@code times} are too long because
   *     durations were rounded up; {@link #bound} corrects for this error
   * @param certificate maximum distance from this bound up to the exact lower bound, as a fraction
   *     of this bound
   */
  public LowerBound(
      double[] times,
      double[] energies,
      double blockingWatts,
      double roundingSeconds,
      double certificate) {
    this.times = times;
    this.energies = energies;
    this.blockingWatts = blockingWatts;
    this.roundingSeconds = roundingSeconds;
    this.certificate = certificate;
  }

  /**
   * Returns a lower bound with other breakpoints, which are the makespans at which its slope
   * changes.
   *
   * @param newTimes makespans of the new breakpoints in seconds, strictly falling
   * @param newEnergies the lower bound at each new breakpoint, in joules
   */
  public LowerBound withBreakpoints(double[] newTimes, double[] newEnergies) {
    return new LowerBound(newTimes, newEnergies, blockingWatts, roundingSeconds, certificate);
  }

  /**
   * Returns the maximum distance from this bound up to the exact lower bound, as a fraction of this
   * bound; 0 if this bound is exact.
   */
  public double certificate() {
    return certificate;
  }

  /**
   * Returns the number of breakpoints (makespans at which the slope of the lower bound changes).
   */
  public int size() {
    return times.length;
  }

  /**
   * Returns the makespan of a breakpoint in seconds. The first breakpoint has the longest makespan.
   */
  public double time(int breakpoint) {
    return times[breakpoint];
  }

  /** Returns the lower bound in joules at a breakpoint (a makespan at which its slope changes). */
  public double energy(int breakpoint) {
    return energies[breakpoint];
  }

  /** Returns the shortest makespan of any plan, in seconds. */
  public double shortestTime() {
    return times[times.length - 1];
  }

  /**
   * Returns the shortest makespan in seconds at which the bound on effective energy (energy minus
   * the energy of waiting for the same time) has its minimum.
   */
  public double timeOfLeastEffectiveEnergy() {
    return times[0];
  }

  /** Returns the makespan in seconds at which the lower bound has its minimum. */
  public double timeOfLeastEnergy() {
    int least = 0;
    for (int i = 1; i < times.length; i++) {
      if (energies[i] <= energies[least]) {
        least = i;
      }
    }
    return times[least];
  }

  /**
   * Returns the lower bound on the energy of a plan, in joules. With n breakpoints (makespans at
   * which the slope of the bound changes), the method takes O(log n).
   *
   * @param timeSeconds makespan in seconds. Below the shortest makespan, the result is the bound at
   *     the shortest makespan. Above the longest computed makespan, the slope of the bound is the
   *     power of waiting GPUs.
   */
  public double bound(double timeSeconds) {
    double time = timeSeconds + roundingSeconds;
    if (time >= times[0]) {
      return energies[0] + blockingWatts * (timeSeconds - times[0]);
    }
    if (time <= shortestTime()) {
      return energies[energies.length - 1];
    }
    // The makespans of the breakpoints fall with the index. Binary search finds the first
    // breakpoint whose makespan is at most timeSeconds.
    int low = 0;
    int high = times.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] <= time) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    double share = (time - times[low]) / (times[low - 1] - times[low]);
    return energies[low]
        + share * (energies[low - 1] - energies[low])
        - blockingWatts * roundingSeconds;
  }

  @Override
  public String toString() {
    return "LowerBound" + Arrays.asList(times.length, shortestTime(), times[0]);
  }
}
