package perseus.attribution.sensor;

/**
 * How much power a GPU may draw above its power limit: the budget, between 1 after a long rest and
 * 0 after a long time at the limit.
 *
 * <p>A GPU holds its power limit on average over about 0.1 s. At the start of a computation after a
 * rest, its clock is still high: an H200 draws up to 950 W for 40 to 80 ms, and 690 W later. So the
 * power of a limited part of an instruction is
 *
 * <pre>
 *   b p + (1 - b) L
 * </pre>
 *
 * where p is its power without a limit, L is the power at the limit, and b is the budget. While a
 * limited part runs, b falls as exp(-t / {@link #SPENT_SECONDS}). At all other times, 1 - b falls
 * as exp(-t / {@link #SAVED_SECONDS}).
 *
 * <p>Source: bursts and rests of 5 to 150 ms of a matrix product on an H200 (29 November 2026). The
 * residuals of the power samples are smallest with these two times: 62 W without a budget, 27 W
 * with it. Other pairs between 0.05 and 0.2 s and between 0.02 and 0.07 s raise them by less than 3
 * %.
 */
public final class Budget {
  public static final double SPENT_SECONDS = 0.1;
  static final double SAVED_SECONDS = 0.03;

  private double share = 1;

  /** Starts with a rested GPU. */
  public void start() {
    share = 1;
  }

  /** Returns the present budget, between 0 and 1. */
  public double share() {
    return share;
  }

  /** Lets no limited part run for some seconds. */
  public void save(double seconds) {
    share = 1 - (1 - share) * Math.exp(-seconds / SAVED_SECONDS);
  }

  /**
   * Lets a limited part run for some seconds, and returns the integral of the budget, in seconds.
   */
  public double spend(double seconds) {
    double before = share;
    share *= Math.exp(-seconds / SPENT_SECONDS);
    return SPENT_SECONDS * (before - share);
  }
}
