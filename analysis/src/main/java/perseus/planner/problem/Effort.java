package perseus.planner.problem;

import java.util.Locale;

/**
 * States how much computing time a planner spends to improve its plans. The lower bound on the
 * energy does not depend on the effort.
 */
public enum Effort {
  /**
   * The planner first finds a relaxed solution, in which an operation may take any duration between
   * its fastest and its slowest option. Then the planner replaces each duration by the duration of
   * an option. Finally the planner lowers the frequency of operations that can take longer without
   * making the iteration longer.
   */
  FAST,
  /**
   * The planner does the work of {@link #FAST}, then improves the plans by beam search. The planner
   * spends more time on plans that are far above their lower bounds.
   */
  DEFAULT,
  /**
   * The planner does the work of {@link #DEFAULT}, then runs a second beam search that does more
   * than ten times the work of the first.
   */
  BEST;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
