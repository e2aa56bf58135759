package perseus.planner.perseus;

import java.util.Arrays;

/**
 * Decides when further search no longer pays. A search works in passes, and each pass spends a part
 * of a budget of one to two seconds of processor time. When a whole budget is spent, the class
 * compares the gaps of the plans to their lower bounds before and after this budget.
 *
 * <p>The spent work is counted, not measured, so that the same problem always gets the same plans.
 */
final class DiminishingReturns {
  /** Stands for a search that goes on to its last pass. */
  static final DiminishingReturns IGNORED = new DiminishingReturns(new double[0], 1);

  /** Minimum decrease of the mean gap for one budget, as a fraction of the lower bound. */
  private static final double MIN_MEAN_GAIN = 1e-5;

  /** Minimum decrease of the largest gap for one budget, as a fraction of the lower bound. */
  private static final double MIN_LARGEST_GAIN = 1e-4;

  /** One budget, less the part that is lost because passes search whole plans. */
  private static final double ENOUGH = 0.9;

  private final double part;
  private double meanBefore;
  private double largestBefore;

  /** Work since the gaps were last compared, divided by one budget. */
  private double spent;

  /**
   * @param gaps the gaps of all plans before the search, as fractions of their lower bounds
   * @param part fraction of one budget after which the gaps are compared; less than 1 if only a
   *     part of the plans is searched
   */
  DiminishingReturns(double[] gaps, double part) {
    this.part = part;
    remember(gaps);
  }

  private void remember(double[] gaps) {
    meanBefore = mean(gaps);
    largestBefore = largest(gaps);
    spent = 0;
  }

  /**
   * Adds the work of a pass.
   *
   * @param budgets work of the pass, divided by one budget
   */
  void spend(double budgets) {
    spent += budgets;
  }

  /**
   * Returns whether the search should go on. The answer is true until one budget is spent. Then the
   * answer is true if the last budget lowered the mean gap or the largest gap enough.
   *
   * @param gaps the gaps of all plans after the last pass, as fractions of their lower bounds
   */
  boolean pay(double[] gaps) {
    if (this == IGNORED || spent < ENOUGH * part) {
      return true;
    }
    boolean pays =
        meanBefore - mean(gaps) >= MIN_MEAN_GAIN
            || largestBefore - largest(gaps) >= MIN_LARGEST_GAIN;
    remember(gaps);
    return pays;
  }

  private static double mean(double[] gaps) {
    return Arrays.stream(gaps).average().orElse(0);
  }

  private static double largest(double[] gaps) {
    return Arrays.stream(gaps).max().orElse(0);
  }
}
