package perseus.planner.problem;

import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import perseus.io.UserError;

/**
 * Computes how much longer a rank would have to hold its clocks (GPU frequencies).
 *
 * <p>A run is a longest sequence of consecutive computations of a rank at one clock. All iterations
 * run the same plan, so the last computation of an iteration comes before the first computation of
 * the next iteration: if both have the same clock, they are in the same run. A rank holds a clock
 * from the start of the first to the end of the last computation of a run. Computations and waits
 * in between count. Waits before and after the run do not count, because the clock may change
 * before or after such a wait. A rank with one clock holds it forever.
 */
public final class MinDwell {
  /** Longest time for which inputs may demand that a clock is held, in seconds. */
  public static final double MAX_SECONDS = 3600;

  /** Time in seconds that may be missing because of rounding errors. */
  static final double ROUNDING_SECONDS = 1e-9;

  private MinDwell() {}

  static void require(double seconds) {
    if (!(seconds >= 0) || Double.isInfinite(seconds)) {
      throw new UserError(
          "Plans cannot hold a clock for at least %s s; it must be a number of at least 0 s."
              .formatted(seconds));
    }
  }

  /**
   * Returns the sum over all runs of a rank of the time in seconds by which the run is too short,
   * in O(computations).
   *
   * @param computations the computations of the rank in execution order
   * @param clock returns the clock of a computation
   * @param start returns the start of a computation, in seconds from the start of the iteration
   * @param end returns the end of a computation, in seconds from the start of the iteration
   * @param iterationSeconds time from the start of an iteration to the start of the next, in
   *     seconds
   * @param leastSeconds least time for which a clock must be held, in seconds
   */
  public static double shortfallSeconds(
      int[] computations,
      IntUnaryOperator clock,
      IntToDoubleFunction start,
      IntToDoubleFunction end,
      double iterationSeconds,
      double leastSeconds) {
    int firstBorder = border(computations, 0, clock);
    if (firstBorder == computations.length) {
      return 0;
    }
    double sum = 0;
    int from = firstBorder;
    for (int to = border(computations, from, clock);
        to < computations.length;
        to = border(computations, from, clock)) {
      double held =
          end.applyAsDouble(computations[to - 1]) - start.applyAsDouble(computations[from]);
      sum += Math.max(0, leastSeconds - held);
      from = to;
    }
    int last = computations[computations.length - 1];
    double first = end.applyAsDouble(computations[firstBorder - 1]);
    double lastStart = start.applyAsDouble(computations[from]);
    if (clock.applyAsInt(last) == clock.applyAsInt(computations[0])) {
      return sum + Math.max(0, leastSeconds - (iterationSeconds + first - lastStart));
    }
    return sum
        + Math.max(0, leastSeconds - (first - start.applyAsDouble(computations[0])))
        + Math.max(0, leastSeconds - (end.applyAsDouble(last) - lastStart));
  }

  /** Returns the position of the first computation after a position whose clock differs. */
  private static int border(int[] computations, int from, IntUnaryOperator clock) {
    int to = from + 1;
    while (to < computations.length
        && clock.applyAsInt(computations[to]) == clock.applyAsInt(computations[from])) {
      to++;
    }
    return Math.min(to, computations.length);
  }
}
