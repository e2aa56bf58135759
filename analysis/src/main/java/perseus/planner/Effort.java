package perseus.planner;

import java.util.Locale;

/** How long to look for better plans; the lower bound is exact with each. */
public enum Effort {
  /** Rounds the relaxed solution and uses up its slack. */
  FAST,
  /** Then improves neighbouring operations, and chains of them, together. */
  DEFAULT,
  /** The same with twenty times as many random starts, whose seed is fixed. */
  BEST;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
