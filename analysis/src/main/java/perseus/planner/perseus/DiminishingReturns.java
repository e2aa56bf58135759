package perseus.planner.perseus;

import java.util.Arrays;

/**
 * Ends a search for better plans when more computing time would improve the plans too little. The
 * class works with a budget of one to two seconds of processor time. When a budget starts, the
 * class stores the distances from the plans to the lower bound. When the budget is spent, the class
 * compares the new distances with the stored distances. Then a new budget starts.
 *
 * <p>The class counts the steps of the search instead of measuring time, so that the same problem
 * always gets the same plans.
 */
final class DiminishingReturns {
  /** Never ends a search early. */
  static final DiminishingReturns IGNORED = new DiminishingReturns(new double[0]);

  /**
   * Minimum decrease of the mean distance to the lower bound in one to two seconds of processor
   * time, as a fraction of the bound.
   */
  private static final double MIN_MEAN_GAIN = 1e-5;

  /**
   * Minimum decrease of the largest distance to the lower bound in one to two seconds of processor
   * time, as a fraction of the bound.
   */
  private static final double MIN_LARGEST_GAIN = 1e-4;

  /**
   * Fraction of the budget of processor time that must be spent before the class compares the
   * plans.
   */
  private static final double ENOUGH = 0.9;

  private double meanBefore;
  private double largestBefore;

  /** Processor time since the plans were last compared, divided by the budget of processor time. */
  private double spent;

  /**
   * @param gaps for each plan, the distance from the lower bound to its energy before the search,
   *     as a fraction of the bound
   */
  DiminishingReturns(double[] gaps) {
    remember(gaps);
  }

  private void remember(double[] gaps) {
    meanBefore = mean(gaps);
    largestBefore = largest(gaps);
    spent = 0;
  }

  void spend(double budgets) {
    spent += budgets;
  }

  /**
   * Returns whether the search should continue. The method returns false only if a budget of
   * processor time is spent and has improved the plans too little.
   *
   * @param gaps for each plan, the distance from the lower bound to its energy, as a fraction of
   *     the bound
   */
  boolean pay(double[] gaps) {
    if (this == IGNORED || spent < ENOUGH) {
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
