package perseus.planner.problem;

import java.util.Locale;

/**
 * States how much work a planner spends on better plans. The lower bound does not depend on the
 * effort.
 */
public enum Effort {
  /**
   * The planner rounds the relaxed solutions (solutions with continuous durations) to options. Then
   * it uses the slack that remains.
   */
  FAST,
  /**
   * The planner does the work of {@link #FAST}, then improves the plans by beam search. It spends
   * more time on a plan far above its lower bound than on a plan close to it.
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
