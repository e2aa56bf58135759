package perseus.planner.problem;

import java.util.Arrays;

/**
 * The lower bound L(T): an energy in joules below which no plan of makespan T can be.
 *
 * <p>L is convex and piecewise linear from the shortest makespan to T_eps, the makespan at which
 * every operation has its minimum effective energy. It is given by its breakpoints in falling order
 * of time. {@code perseus.planner.bound} computes it from the relaxed problem, in which an
 * operation may take any duration between those of its options. So a plan need not reach it.
 *
 * <p>It is not the planner's answer: that is the {@link Frontier}, a list of plans that GPUs can
 * run. The distance between the two is an upper limit on how much better plans could be.
 */
public final class LowerBound {
  private final double[] times;
  private final double[] energies;
  private final double blockingWatts;
  private final double roundingSeconds;
  private final double certificate;

  /**
   * Makes the bound from its breakpoints.
   *
   * @param times times of the breakpoints in seconds, strictly falling
   * @param energies L at each breakpoint, in joules
   * @param blockingWatts power of all GPUs of the pipeline while they wait, in watts
   * @param roundingSeconds maximum by which {@code times} may be too long, because they were
   *     computed from times rounded up; {@link #bound} subtracts its effect
   * @param certificate see {@link #certificate()}
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
   * The maximum distance of the relaxed problem's exact optimum above this bound, as a fraction of
   * the bound; 0 if the bound is the exact optimum.
   */
  public double certificate() {
    return certificate;
  }

  /** Number of breakpoints. */
  public int size() {
    return times.length;
  }

  /** Time of a breakpoint in seconds; the first is T_eps, the last is the shortest makespan. */
  public double time(int breakpoint) {
    return times[breakpoint];
  }

  /** L at a breakpoint, in joules. */
  public double energy(int breakpoint) {
    return energies[breakpoint];
  }

  /** The shortest makespan of any plan, in seconds. */
  public double shortestTime() {
    return times[times.length - 1];
  }

  /** T_eps: the makespan in seconds at which every operation has its minimum effective energy. */
  public double timeOfLeastEffectiveEnergy() {
    return times[0];
  }

  /** T*: the makespan in seconds at which L is minimal. */
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
   * Returns L(T) in joules, in O(log breakpoints).
   *
   * @param timeSeconds T in seconds. Below the shortest makespan, where no plan exists, the result
   *     is L of the shortest makespan. Above T_eps, L grows by the blocking power per second.
   */
  public double bound(double timeSeconds) {
    double time = timeSeconds + roundingSeconds;
    if (time >= times[0]) {
      return energies[0] + blockingWatts * (timeSeconds - times[0]);
    }
    if (time <= shortestTime()) {
      return energies[energies.length - 1];
    }
    // Binary search for the first breakpoint at or before this time; the times fall.
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
