package perseus.savings;

import java.util.Comparator;
import java.util.List;
import perseus.io.UserError;

/**
 * Holds the results of one method that chooses frequencies: the time and energy of the iteration
 * under each of its plans.
 *
 * @param name name of the method in tables, such as "Perseus"
 * @param iterations one iteration per plan; at least one
 */
public record Policy(String name, List<Iteration> iterations) {
  /**
   * @throws UserError if {@code iterations} is empty
   */
  public Policy {
    iterations = List.copyOf(iterations);
    if (iterations.isEmpty()) {
      throw new UserError("The policy " + name + " has no plans to compare.");
    }
  }

  /**
   * Returns the iteration with the shortest time. If several iterations have this time, the method
   * returns the one of minimum energy.
   */
  public Iteration fastest() {
    return iterations.stream()
        .min(
            Comparator.comparingDouble(Iteration::timeSeconds)
                .thenComparingDouble(Iteration::energyJoules))
        .orElseThrow();
  }
}
