package perseus.planner.bound;

import perseus.planner.network.TickScale;

/**
 * Computes how far the upper energies and the straight lines of approximate solutions are apart, as
 * a fraction of the energy. An approximate solution solves the relaxed problem, in which durations
 * may lie between two options. The exact lower bound on the effective energy lies between the upper
 * energies and the lines of approximate solutions.
 *
 * <p>Each approximate solution has a straight line that is nowhere above the exact bound. Each
 * approximate solution also has an upper energy, which is not below the exact bound at its
 * makespan. The chord of two solutions is the straight segment that connects their upper energies.
 * Because the exact bound is convex, it is not above the chord of two solutions at any makespan
 * between the two solutions.
 */
final class DualityGap {
  private final TickScale scale;
  private final double blockingWatts;

  /**
   * Prepares the computation of gaps between upper energies and lines.
   *
   * @param blockingWatts power in watts that all GPUs of the pipeline draw while they wait
   *     (blocking power)
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
   * Returns the maximum gap at any makespan between two solutions. The gap at a makespan is the
   * distance between the chord of the two solutions and the higher of their two lines. Because
   * chord and lines are straight, the gap is largest at the makespan of one of the solutions, or at
   * the makespan where the lines cross.
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
