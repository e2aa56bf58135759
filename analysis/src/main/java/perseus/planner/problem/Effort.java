package perseus.planner.problem;

import java.util.Locale;

/** How much work a planner spends on better plans. The lower bound does not depend on it. */
public enum Effort {
  /** Rounds the relaxed solutions to options and uses up the slack that remains. */
  FAST,
  /**
   * As {@link #FAST}, then improves the plans by beam search; a plan far above its bound gets more
   * time than one close to it.
   */
  DEFAULT,
  /** As {@link #DEFAULT}, then a second beam search with more than ten times the work. */
  BEST;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
