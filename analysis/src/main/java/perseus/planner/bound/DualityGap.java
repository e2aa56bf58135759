package perseus.planner.bound;

import perseus.planner.network.TickScale;

/**
 * Computes the distance between upper and lower bounds on the energy, as a fraction of the upper
 * bound. The bounds come from approximate solutions of the LP relaxation.
 *
 * <p>The exact bound is a convex function of the makespan. Each approximate solution gives a
 * straight line that is nowhere above the exact bound. The energy of an approximate solution is not
 * below the exact bound at the makespan of the solution. Between two solutions, the exact bound is
 * not above the straight segment that connects their energies.
 */
final class DualityGap {
  private final TickScale scale;
  private final double blockingWatts;

  DualityGap(TickScale scale, double blockingWatts) {
    this.scale = scale;
    this.blockingWatts = blockingWatts;
  }

  /**
   * Returns the distance from the straight lower bound of a solution up to the energy of the
   * solution, as a fraction of this energy.
   */
  double of(ApproximateSolution solution) {
    return gap(solution.upper(), solution, scale.seconds(solution.makespan()));
  }

  private double gap(double joules, ApproximateSolution solution, double seconds) {
    // The distance is divided by the energy of the solution, because the lower bound is negative at
    // some makespans.
    return (joules - solution.line().at(seconds)) / (joules + blockingWatts * seconds);
  }

  /**
   * Returns the maximum distance between upper and lower bound at any makespan between two
   * solutions, as a fraction of the upper bound. The upper bound is the straight segment between
   * the energies of the two solutions. Each solution gives a straight line as a lower bound, and
   * the lower bound is the maximum of both lines. The distance is largest at one of the two
   * solutions, or where both lines cross.
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
