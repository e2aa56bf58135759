package perseus.engine;

import perseus.control.Round;

/**
 * Decides after each iteration whether enough iterations have run under the current frequency
 * schedule. Either the number of iterations is fixed, or iterations run until the relative standard
 * errors are at most the required precision.
 */
final class StoppingRule {
  /**
   * Minimum number of iterations under a frequency schedule for which a precision (maximum standard
   * error) is required.
   */
  private static final int MIN_ITERATIONS = 2;

  /**
   * Minimum time in seconds of a frequency schedule for which a precision (maximum standard error)
   * is required.
   */
  private static final double MIN_SECONDS = 1;

  /**
   * Minimum time in seconds of a warm-up, in which the GPU and its libraries reach their normal
   * speed.
   */
  private static final double WARMUP_SECONDS = 3;

  /**
   * A frequency schedule may never reach the required precision (maximum standard error), because
   * power samples do not show the power of very short instructions. It then ends after {@code
   * MAX_ITERATIONS} iterations, but runs for at least {@code MAX_SECONDS} seconds.
   */
  private static final int MAX_ITERATIONS = 30;

  private static final double MAX_SECONDS = 3;

  private final Round round;
  private final int fixedIterations;
  private int iterations;
  private double seconds;

  /**
   * @param fixedIterations number of iterations under a frequency schedule for which no precision
   *     (maximum standard error) is required
   */
  StoppingRule(Round round, int fixedIterations) {
    this.round = round;
    this.fixedIterations = fixedIterations;
  }

  /**
   * Returns the maximum number of iterations under the frequency schedule. Very short iterations
   * may run more often, until they have taken {@code MAX_SECONDS} seconds.
   */
  int usualMaximum() {
    return round.precision() > 0 ? MAX_ITERATIONS : fixedIterations;
  }

  int minimum() {
    return round.precision() > 0 ? MIN_ITERATIONS : fixedIterations;
  }

  /**
   * Returns whether the round (iterations under one frequency schedule) may end after the iteration
   * that has just finished.
   */
  boolean isEnoughWith(Cluster.Iteration last) {
    iterations++;
    seconds += last.seconds();
    if (round.precision() == 0) {
      return iterations >= fixedIterations;
    }
    if (iterations < MIN_ITERATIONS || seconds < MIN_SECONDS) {
      return false;
    }
    return round.warmup()
        ? seconds >= WARMUP_SECONDS
        : last.precision() <= round.precision()
            || (iterations >= MAX_ITERATIONS && seconds >= MAX_SECONDS);
  }
}
