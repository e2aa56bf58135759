package perseus.planner.problem;

import java.util.Locale;

/**
 * States how much work a planner spends on better plans. The lower bound does not depend on the
 * effort.
 */
public enum Effort {
  /**
   * The planner rounds the relaxed solutions (solutions with continuous durations) to options. Then
   * the planner lowers frequencies further where operations still have slack.
   */
  FAST,
  /**
   * The planner does the work of {@link #FAST}, then improves the plans by beam search. The planner
   * spends more time on plans that are far above their lower bounds.
   */
  DEFAULT,
  /**
   * The planner does the work of {@link #DEFAULT}, then runs a second beam search with more than
   * ten times the work.
   */
  BEST;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
