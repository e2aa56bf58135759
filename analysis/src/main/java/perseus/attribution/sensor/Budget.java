package perseus.attribution.sensor;

/**
 * Models how far a GPU may exceed its power limit for a short time (budget).
 *
 * <p>An H200 holds its power limit only as a mean over about 0.1 s. After 40 to 80 ms of
 * computation, an H200 with a limit of 700 W falls from up to 950 W to 690 W.
 *
 * <pre>
 *   power of an instruction (W) = b p + (1 - b) L
 *     b  budget, between 0 and 1
 *     p  power of the instruction without the power limit (W)
 *     L  mean power at the power limit (W)
 * </pre>
 *
 * <p>While the power limit lowers the power, the budget falls exponentially towards 0 with the time
 * constant {@link #SPENT_SECONDS}. While the power limit does not lower the power, the budget rises
 * exponentially towards 1 with the time constant {@link #SAVED_SECONDS}.
 *
 * <p>Source: a matrix product of 5 to 150 ms, repeated after rests of 5 to 150 ms on an H200 (29
 * November 2026). Compared with a fixed power at the limit, the budget lowers the residuals of the
 * power samples from 62 to 27 W. Values of 0.05 to 0.2 s for {@link #SPENT_SECONDS} and of 0.02 to
 * 0.07 s for {@link #SAVED_SECONDS} increase the residuals by at most 3 %.
 */
public final class Budget {
  public static final double SPENT_SECONDS = 0.1;
  public static final double SAVED_SECONDS = 0.03;

  private double share = 1;

  /** Sets the budget (allowance for power above the power limit) to 1, as after a long rest. */
  public void start() {
    share = 1;
  }

  /** Returns the current allowance for power above the power limit, between 0 and 1. */
  public double share() {
    return share;
  }

  /**
   * Raises the budget during a time in seconds in which the GPU draws less than its power limit.
   */
  public void save(double seconds) {
    share = 1 - (1 - share) * Math.exp(-seconds / SAVED_SECONDS);
  }

  /**
   * Lowers the budget for a time at the power limit, in seconds. Returns the integral of the budget
   * over this time, in seconds.
   */
  public double spend(double seconds) {
    double before = share;
    share *= Math.exp(-seconds / SPENT_SECONDS);
    return SPENT_SECONDS * (before - share);
  }
}
