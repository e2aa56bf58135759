package perseus.planner.bound;

import perseus.planner.network.TickScale;

/**
 * Computes how far approximate solutions may be from the exact lower bound, as a fraction of the
 * energy.
 *
 * <p>Each approximate solution has a line below the exact bound and an upper energy above it. The
 * exact bound is convex. So between the makespans of two solutions the exact bound lies below the
 * chord of their upper energies. The exact bound also lies above the higher line of the two
 * solutions.
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
   * lines. Chord and lines are linear. Therefore the gap is largest at one end or where the lines
   * cross.
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
