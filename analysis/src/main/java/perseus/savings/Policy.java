package perseus.savings;

import java.util.Comparator;
import java.util.List;
import perseus.io.UserError;

/**
 * A method of choosing frequencies and the iterations that its plans give.
 *
 * @param name name in tables, such as "Perseus"
 * @param iterations one iteration per plan, at least one
 */
public record Policy(String name, List<Iteration> iterations) {
  /**
   * @throws UserError if there is no iteration
   */
  public Policy {
    iterations = List.copyOf(iterations);
    if (iterations.isEmpty()) {
      throw new UserError("The policy " + name + " has no plans to compare.");
    }
  }

  /** Returns the shortest iteration; of several equally short ones, the one of minimum energy. */
  public Iteration fastest() {
    return iterations.stream()
        .min(
            Comparator.comparingDouble(Iteration::timeSeconds)
                .thenComparingDouble(Iteration::energyJoules))
        .orElseThrow();
  }
}
