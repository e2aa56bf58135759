package perseus.planner.problem;

import java.util.Locale;

/**
 * States how much computing time a planner spends to improve its plans. The lower bound on the
 * energy of plans does not depend on the effort.
 */
public enum Effort {
  /**
   * With the fast effort, the planner first finds a relaxed solution, in which an operation may
   * take any duration between its fastest and its slowest option. Then the planner replaces each
   * duration of the relaxed solution by the duration of an execution option (one frequency with its
   * time and energy). Finally the planner lowers the frequency of operations that can take longer
   * without making the iteration longer.
   */
  FAST,
  /**
   * With the default effort, the planner does the work of {@link #FAST}, then improves the plans by
   * beam search. The beam search spends more time on plans whose energy is far above the lower
   * bound. The beam search stops when more computing time would save little energy.
   */
  DEFAULT,
  /**
   * With the best effort, the planner does the work of {@link #DEFAULT}, then runs a second beam
   * search that does more than ten times the work of the first beam search.
   */
  BEST;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
