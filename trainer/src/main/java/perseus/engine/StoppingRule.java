package perseus.engine;

import perseus.control.Round;

/**
 * Decides after each iteration whether a round has run for long enough. A round is a sequence of
 * iterations under one frequency schedule. A round has either a fixed number of iterations or a
 * precision (a maximum relative standard error of its times and energies). A round with a precision
 * runs until its measurements have this precision.
 */
final class StoppingRule {
  /**
   * A round that must reach a precision (maximum standard error) has at least this number of
   * iterations.
   */
  private static final int MIN_ITERATIONS = 2;

  /**
   * A round that must reach a precision (maximum standard error) takes at least this time in
   * seconds.
   */
  private static final double MIN_SECONDS = 1;

  /**
   * A warm-up takes at least this time in seconds, so that the GPU and its libraries reach their
   * normal speed.
   */
  private static final double WARMUP_SECONDS = 3;

  /**
   * A round that does not reach its precision (maximum standard error) ends after {@code
   * MAX_ITERATIONS} iterations, but not before {@code MAX_SECONDS} seconds. Power samples cannot
   * separate very short instructions. A rank with such instructions never reaches the precision, so
   * the number of iterations is limited.
   */
  private static final int MAX_ITERATIONS = 30;

  private static final double MAX_SECONDS = 3;

  private final Round round;
  private final int fixedIterations;
  private int iterations;
  private double seconds;

  /**
   * @param fixedIterations number of iterations of a round that need not reach a precision (maximum
   *     standard error)
   */
  StoppingRule(Round round, int fixedIterations) {
    this.round = round;
    this.fixedIterations = fixedIterations;
  }

  /**
   * Returns the maximum number of iterations of the round. A round that must reach a precision
   * (maximum standard error) may have more iterations if they take less than {@code MAX_SECONDS}
   * seconds in total.
   */
  int usualMaximum() {
    return round.precision() > 0 ? MAX_ITERATIONS : fixedIterations;
  }

  /** Returns the minimum number of iterations under the frequency schedule of the round. */
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
