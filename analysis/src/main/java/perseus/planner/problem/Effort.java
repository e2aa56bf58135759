package perseus.planner.problem;

import java.util.Locale;

/** How long to look for better plans; the lower bound is exact with each. */
public enum Effort {
  /** Rounds the relaxed solution and uses up its slack. */
  FAST,
  /** Then chooses options anew by beam search, the longer the farther a plan is from its bound. */
  DEFAULT,
  /** The same, with more than ten times the work. */
  BEST;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
