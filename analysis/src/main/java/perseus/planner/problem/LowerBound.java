package perseus.planner.problem;

import java.util.Arrays;

/**
 * The lower bound L(T) on the energy of any plan of makespan T, from the shortest makespan to
 * T_eps: convex and piecewise linear, given by its breakpoints in falling order of time.
 */
public final class LowerBound {
  private final double[] times;
  private final double[] energies;
  private final double blockingWatts;
  private final double roundingSeconds;
  private final double certificate;

  /**
   * @param times breakpoints in seconds, strictly falling
   * @param energies L there, in joules
   * @param blockingWatts power of all stages while they wait
   * @param roundingSeconds by which the times may be longer than in truth: where L is steep that
   *     counts
   * @param certificate as {@link #certificate()}
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
   * How far the exact frontier may lie above this bound, as a fraction of it; 0 where this is the
   * exact one.
   */
  public double certificate() {
    return certificate;
  }

  /** Number of breakpoints. */
  public int size() {
    return times.length;
  }

  /** Time of a breakpoint in seconds; 0 is T_eps, the last is the shortest makespan. */
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

  /** T_eps: the makespan in seconds at which every operation has its least effective energy. */
  public double timeOfLeastEffectiveEnergy() {
    return times[0];
  }

  /** T*: the makespan in seconds of least energy when nobody waits for a straggler. */
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
   * L(T) in joules.
   *
   * @param timeSeconds T; below the shortest makespan there is no plan and the bound is that of the
   *     shortest. Beyond T_eps every further second costs blocking power.
   */
  public double bound(double timeSeconds) {
    double time = timeSeconds + roundingSeconds;
    if (time >= times[0]) {
      return energies[0] + blockingWatts * (timeSeconds - times[0]);
    }
    if (time <= shortestTime()) {
      return energies[energies.length - 1];
    }
    // The first breakpoint that is not later than the time: times fall.
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
    return "Frontier" + Arrays.asList(times.length, shortestTime(), times[0]);
  }
}
