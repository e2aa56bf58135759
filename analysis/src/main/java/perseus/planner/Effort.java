package perseus.planner;

import java.util.Locale;

/** How long to look for better plans; the lower bound is exact with each. */
public enum Effort {
  /** Rounds the relaxed solution and uses up its slack. */
  FAST,
  /** Then improves neighbouring operations together. */
  DEFAULT,
  /** Then searches at random, with a fixed seed: up to a thousand times as long. */
  BEST;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
