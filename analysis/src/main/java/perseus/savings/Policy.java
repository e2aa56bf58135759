package perseus.savings;

import java.util.Comparator;
import java.util.List;
import perseus.io.UserError;

/**
 * Holds the time and energy of an iteration under each plan of one policy. A policy is a method
 * that chooses GPU frequencies and so makes plans.
 *
 * @param name name of the policy (method that chooses frequencies) in tables, such as "Perseus"
 * @param iterations one iteration for each plan of the policy; at least one iteration
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
   * Returns the iteration with the shortest time. If several iterations have the shortest time, the
   * method returns the iteration of minimum energy among them.
   */
  public Iteration fastest() {
    return iterations.stream()
        .min(
            Comparator.comparingDouble(Iteration::timeSeconds)
                .thenComparingDouble(Iteration::energyJoules))
        .orElseThrow();
  }
}
