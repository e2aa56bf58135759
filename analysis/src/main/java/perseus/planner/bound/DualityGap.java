package perseus.planner.bound;

import perseus.planner.network.TickScale;

/**
 * Computes the gap between approximate solutions of the relaxed problem and the exact lower bound
 * on the effective energy, as a fraction of the energy.
 *
 * <p>Each approximate solution has a straight line that is nowhere above the exact bound. Each
 * approximate solution also has an upper energy, which is not below the exact bound at its
 * makespan. The exact bound is convex. So between the makespans of two solutions, the exact bound
 * is not above the straight segment (chord) that connects their upper energies. The exact bound is
 * also not below the lines of the two solutions.
 */
final class DualityGap {
  private final TickScale scale;
  private final double blockingWatts;

  /**
   * Prepares the computation of gaps.
   *
   * @param blockingWatts power of all GPUs of the pipeline while they wait, in watts
   */
  DualityGap(TickScale scale, double blockingWatts) {
    this.scale = scale;
    this.blockingWatts = blockingWatts;
  }

  /**
   * Returns the gap between the upper energy of a solution and its line, as a fraction of the total
   * energy.
   */
  double of(ApproximateSolution solution) {
    return gap(solution.upper(), solution, scale.seconds(solution.makespan()));
  }

  private double gap(double joules, ApproximateSolution solution, double seconds) {
    // The gap is relative to the upper energy, because the line is negative at some makespans far
    // from its solution.
    return (joules - solution.line().at(seconds)) / (joules + blockingWatts * seconds);
  }

  /**
   * Returns the maximum gap between the chord of two solutions and the higher one of their two
   * lines, over all makespans between the solutions. Chord and lines are straight. Therefore the
   * gap is largest at one end or at the makespan where the lines cross.
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
