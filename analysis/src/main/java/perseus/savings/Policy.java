package perseus.savings;

import java.util.Comparator;
import java.util.List;
import perseus.io.UserError;

/**
 * A way to choose frequencies, with the iterations that it has to offer.
 *
 * @param name what tables call it, such as "Perseus"
 * @param iterations one per plan, at least one
 */
public record Policy(String name, List<Iteration> iterations) {
  /**
   * @throws UserError if there is no iteration
   */
  public Policy {
    iterations = List.copyOf(iterations);
    if (iterations.isEmpty()) {
      throw new UserError(name + " has no plan to compare.");
    }
  }

  /** The shortest iteration; of equals, the one of least energy. */
  public Iteration fastest() {
    return iterations.stream()
        .min(
            Comparator.comparingDouble(Iteration::timeSeconds)
                .thenComparingDouble(Iteration::energyJoules))
        .orElseThrow();
  }
}
