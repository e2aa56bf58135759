package perseus.planner.perseus;

import java.util.Arrays;

/**
 * Ends a search for better plans when more computing time would improve the plans too little. A
 * search consists of passes, and each pass spends a part of a budget of one to two seconds of
 * processor time. The gap of a plan is the distance from its energy to its lower bound. When a
 * whole budget is spent, the class compares the gaps of the plans before and after this budget.
 *
 * <p>The class counts the steps of the search instead of measuring time, so that the same problem
 * always gets the same plans.
 */
final class DiminishingReturns {
  /** With this object, a search always runs all its passes. */
  static final DiminishingReturns IGNORED = new DiminishingReturns(new double[0]);

  /**
   * The search goes on if one budget of processor time lowers the mean gap (distance from energy to
   * lower bound) by this fraction of the lower bound. The search also goes on if the budget lowers
   * the largest gap by {@link #MIN_LARGEST_GAIN}.
   */
  private static final double MIN_MEAN_GAIN = 1e-5;

  /**
   * The search goes on if one budget of processor time lowers the largest gap (distance from energy
   * to lower bound) by this fraction of the lower bound.
   */
  private static final double MIN_LARGEST_GAIN = 1e-4;

  /**
   * A budget of processor time counts as spent if at least this fraction of it is spent. The
   * fraction is below 1, because a pass searches only whole plans, so the spent work rarely equals
   * the budget exactly.
   */
  private static final double ENOUGH = 0.9;

  private double meanBefore;
  private double largestBefore;

  /**
   * Work since the gaps (distance from energy to lower bound) were last compared, divided by the
   * work of one budget.
   */
  private double spent;

  /**
   * @param gaps for each plan, the distance from its energy to the lower bound before the search,
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

  /**
   * Adds the work of a pass to the work since the gaps were last compared.
   *
   * @param budgets work of the pass, divided by the work of one budget
   */
  void spend(double budgets) {
    spent += budgets;
  }

  /**
   * Returns whether the search should go on. Before one budget is spent, the method returns true.
   * After one budget is spent, the method returns true if this budget lowered the mean gap
   * (distance from energy to lower bound) or the largest gap enough.
   *
   * @param gaps for each plan, the distance from its energy to the lower bound after the last pass,
   *     as a fraction of the bound
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
