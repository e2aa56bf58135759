package perseus.planner.bound;

import perseus.planner.network.TickScale;

/**
 * Measures how far the exact frontier may lie above the lines of approximate solutions, as a
 * fraction of the energy there.
 *
 * <p>The frontier is convex. So between the makespans of two solutions it lies below the chord that
 * connects their upper energies, and above the higher one of their lines.
 */
final class DualityGap {
  private final TickScale scale;
  private final double blockingWatts;

  /**
   * Prepares the measurement.
   *
   * @param blockingWatts power of all GPUs of the pipeline while they wait, in watts
   */
  DualityGap(TickScale scale, double blockingWatts) {
    this.scale = scale;
    this.blockingWatts = blockingWatts;
  }

  /** The gap between the upper energy of a solution and its line. */
  double of(ApproximateSolution solution) {
    return gap(solution.upper(), solution, scale.seconds(solution.makespan()));
  }

  private double gap(double joules, ApproximateSolution solution, double seconds) {
    // Relative to the upper energy, because the line can be negative as long as it is far away.
    return (joules - solution.line().at(seconds)) / (joules + blockingWatts * seconds);
  }

  /**
   * The maximum gap between the chord of two solutions and the higher one of their lines. Chord and
   * lines are linear, so their ratio is greatest at an end or where the lines cross.
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
