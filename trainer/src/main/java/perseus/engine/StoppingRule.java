package perseus.engine;

import perseus.control.Round;

/**
 * Decides after each iteration whether enough iterations have run under the current frequency
 * schedule. Either the number of iterations is fixed, or iterations run until the relative standard
 * errors are at most the required precision. The iterations under one frequency schedule are a
 * round.
 */
final class StoppingRule {
  /**
   * Minimum number of iterations under a frequency schedule, unless the number of iterations is
   * fixed.
   */
  private static final int MIN_ITERATIONS = 2;

  /**
   * Minimum time in seconds of all iterations under a frequency schedule, unless the number of
   * iterations is fixed.
   */
  private static final double MIN_SECONDS = 1;

  /**
   * Minimum time in seconds of a warm-up, in which the GPU and its libraries reach their normal
   * speed.
   */
  private static final double WARMUP_SECONDS = 3;

  /**
   * The standard errors may never reach the required precision, because power samples do not show
   * the power of very short instructions. The round then ends after {@code MAX_ITERATIONS}
   * iterations. If these iterations take less than {@code MAX_SECONDS} seconds, the round continues
   * until {@code MAX_SECONDS} seconds have passed.
   */
  private static final int MAX_ITERATIONS = 30;

  private static final double MAX_SECONDS = 3;

  private final Round round;
  private final int fixedIterations;
  private int iterations;
  private double seconds;

  /**
   * @param fixedIterations number of iterations in the round if the number is fixed, because {@code
   *     round} requires no precision
   */
  StoppingRule(Round round, int fixedIterations) {
    this.round = round;
    this.fixedIterations = fixedIterations;
  }

  /**
   * Returns the maximum number of iterations in the round. Only a round of very short iterations
   * may have more, until {@code MAX_SECONDS} seconds have passed.
   */
  int usualMaximum() {
    return round.precision() > 0 ? MAX_ITERATIONS : fixedIterations;
  }

  int minimum() {
    return round.precision() > 0 ? MIN_ITERATIONS : fixedIterations;
  }

  /** Returns whether the round may end after the iteration that has just finished. */
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
