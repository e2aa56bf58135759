package perseus.planner.bound;

import perseus.planner.network.TickScale;

/**
 * Computes the distance between upper and lower bounds on the effective energy (energy minus the
 * energy of waiting for the same time), as a fraction of the energy. The bounds come from
 * approximate solutions of the relaxed problem, in which durations may lie between two options
 * (frequencies).
 *
 * <p>The exact bound is the minimum effective energy of the relaxed problem at each makespan. Each
 * approximate solution has a straight line that is nowhere above the exact bound. Each approximate
 * solution also has an upper energy, which is its own effective energy. The upper energy is not
 * below the exact bound at the makespan of the solution. The chord of two solutions is the straight
 * segment that connects their upper energies. Because the exact bound is convex, it is not above
 * the chord of two solutions at any makespan between the two solutions.
 */
final class DualityGap {
  private final TickScale scale;
  private final double blockingWatts;

  /**
   * Prepares the computation of distances between upper and lower bounds.
   *
   * @param blockingWatts power in watts that all GPUs of the pipeline draw while they wait
   *     (blocking power)
   */
  DualityGap(TickScale scale, double blockingWatts) {
    this.scale = scale;
    this.blockingWatts = blockingWatts;
  }

  /**
   * Returns the distance from the line (straight lower bound) of a solution up to its own effective
   * energy (energy minus the energy of waiting for the same time). The distance is a fraction of
   * the total energy.
   */
  double of(ApproximateSolution solution) {
    return gap(solution.upper(), solution, scale.seconds(solution.makespan()));
  }

  private double gap(double joules, ApproximateSolution solution, double seconds) {
    // The distance is divided by the energy of the solution, because its lower bound is negative at
    // some makespans far from the solution.
    return (joules - solution.line().at(seconds)) / (joules + blockingWatts * seconds);
  }

  /**
   * Returns the maximum distance between upper and lower bound at any makespan between two
   * solutions, as a fraction of the energy. The upper bound is the chord: the straight segment
   * between the energies of the two solutions. The lower bound is the higher of the lines (straight
   * lower bounds) of the two solutions. Because chord and lines are straight, the distance is
   * largest at the makespan of one of the solutions, or at the makespan where the lines cross.
   */
  double between(ApproximateSolution slower, ApproximateSolution faster) {
    double from = scale.seconds(faster.makespan());
    double to = scale.seconds(slower.makespan());
    double widest = Math.max(of(slower), of(faster));
    double crossing = slower.line().crossing(faster.line());
    if (crossing > from && crossing < to) {
      double share = (crossing - from) / (to - from);
      double chord = faster.upper() + share * (slower.upper() - faster.upper());
      widest = Math.max(widest, gap(chord, slower, crossing));
    }
    return widest;
  }
}
