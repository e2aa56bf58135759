package perseus.planner.problem;

import java.util.Arrays;

/**
 * Holds the lower bound L(T): every plan of makespan T uses at least L(T) joules. The documentation
 * of {@code perseus.planner.bound.LowerBoundSolver} contains the proof that L(T) is a lower bound.
 *
 * <p>The lower bound L(T) is convex and piecewise linear from the shortest makespan to T_eps. T_eps
 * is the makespan at which every operation has its minimum effective energy (energy minus blocking
 * power times time). A breakpoint is a makespan at which the slope of L changes. The shortest
 * makespan and T_eps, between which L is defined, count as breakpoints, too. This class stores the
 * breakpoints of L in falling order of time.
 *
 * <p>The package {@code perseus.planner.bound} computes L from the relaxed problem, in which an
 * operation may take any duration between its fastest and its slowest option (frequency). Because a
 * GPU can run an operation only with one of its measured options, the energy of every plan may be
 * above the lower bound L.
 *
 * <p>The planner's result is the {@link Frontier}, a list of plans that GPUs can run. The distance
 * from a plan down to L is the maximum energy that a better plan of the same makespan could save.
 */
public final class LowerBound {
  private final double[] times;
  private final double[] energies;
  private final double blockingWatts;
  private final double roundingSeconds;
  private final double certificate;

  /**
   * Makes the lower bound from its breakpoints (makespans at which its slope changes).
   *
   * @param times makespans of the breakpoints (makespans at which the slope of the bound changes)
   *     in seconds, strictly falling
   * @param energies the lower bound L at each breakpoint (makespan at which the slope of the bound
   *     changes), in joules
   * @param blockingWatts power in watts that all GPUs of the pipeline draw while they wait
   *     (blocking power)
   * @param roundingSeconds maximum error of {@code times} in seconds; the times may be too long
   *     because durations were rounded up, and {@link #bound} corrects for this error
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
   * Returns a lower bound with other breakpoints (makespans at which its slope changes). All other
   * values of the bound stay the same.
   *
   * @param newTimes makespans of the new breakpoints (makespans at which the slope of the bound
   *     changes) in seconds, strictly falling
   * @param newEnergies the lower bound at each new breakpoint (makespan at which the slope of the
   *     bound changes), in joules
   */
  public LowerBound withBreakpoints(double[] newTimes, double[] newEnergies) {
    return new LowerBound(newTimes, newEnergies, blockingWatts, roundingSeconds, certificate);
  }

  /**
   * Returns the maximum distance from this bound up to the exact lower bound, as a fraction of this
   * bound. The distance is 0 if this bound is exact.
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
   * Returns the makespan of a breakpoint in seconds. A breakpoint is a makespan at which the slope
   * of the bound changes. The first breakpoint has the longest makespan.
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
   * Returns T_eps in seconds: the makespan at which every operation has its minimum effective
   * energy (energy minus the energy of waiting for the same time).
   */
  public double timeOfLeastEffectiveEnergy() {
    return times[0];
  }

  /** Returns T* in seconds: the makespan at which the lower bound L has its minimum. */
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
   * Returns the lower bound L(T) on the energy of a plan, in joules. With n breakpoints (makespans
   * at which the slope of the bound changes), the method takes O(log n).
   *
   * @param timeSeconds makespan T in seconds. Below the shortest makespan, where no plan exists,
   *     the result is L at the shortest makespan. Above T_eps, where GPUs only wait longer, L grows
   *     by the power of the waiting GPUs (joules per second).
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
    // breakpoint whose makespan is at most the variable time.
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
