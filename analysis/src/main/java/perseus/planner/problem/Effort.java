package perseus.planner.problem;

import java.util.Locale;

/**
 * States how much computing time a planner spends to improve its plans. The lower bound on the
 * energy of plans does not depend on the effort.
 */
public enum Effort {
  /**
   * Rounds a solution of the LP relaxation to frequencies, and lowers frequencies where the
   * iteration does not become longer.
   */
  FAST,
  /**
   * Does the work of {@link #FAST}, then improves the plans by beam search. The beam search spends
   * more time on plans whose energy is far above the lower bound. The beam search stops when more
   * computing time would save little energy.
   */
  DEFAULT,
  /**
   * Does the work of {@link #DEFAULT}, then runs a second beam search that does more than ten times
   * the work of the first beam search.
   */
  BEST;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
