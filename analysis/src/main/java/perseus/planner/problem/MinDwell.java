package perseus.planner.problem;

import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import perseus.io.UserError;

/**
 * Computes the time by which a rank holds its clocks too briefly. Each clock must be held for a
 * minimum time before it changes.
 *
 * <p>A rank holds a clock during consecutive computations at this clock, from the start of the
 * first to the end of the last computation. A wait between two computations at the same clock
 * counts as time at the clock. A wait before a clock change does not count, because the clock may
 * change at any time of the wait. All iterations run the same plan, so a clock can be held from one
 * iteration to the next. A rank with only one clock meets every minimum time, because its clock
 * never changes.
 */
public final class MinDwell {
  /** Largest minimum hold time of clocks that inputs may state, in seconds. */
  public static final double MAX_SECONDS = 3600;

  /** Time in seconds by which a clock may be held too briefly, because of rounding errors. */
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
   * Returns the time in seconds by which a rank holds its clocks too briefly, as a sum over its
   * clock changes. The method takes O(computations).
   *
   * @param computations the computations of the rank in execution order
   * @param clock returns the clock of a computation
   * @param start returns the start of a computation, in seconds from the start of the iteration
   * @param end returns the end of a computation, in seconds from the start of the iteration
   * @param iterationSeconds time from the start of an iteration to the start of the next iteration,
   *     in seconds
   * @param leastSeconds minimum time for which a clock must be held, in seconds
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

  /**
   * Returns the position of the next computation with another clock, or the number of computations
   * if there is none.
   */
  private static int border(int[] computations, int from, IntUnaryOperator clock) {
    int to = from + 1;
    while (to < computations.length
        && clock.applyAsInt(computations[to]) == clock.applyAsInt(computations[from])) {
      to++;
    }
    return Math.min(to, computations.length);
  }
}
