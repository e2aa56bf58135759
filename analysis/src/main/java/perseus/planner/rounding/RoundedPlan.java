package perseus.planner.rounding;

import perseus.planner.bound.RelaxedSolution;
import perseus.planner.network.OptionTables;

/**
 * Holds the frequency choices of all operations of a plan while searches improve the plan. The plan
 * was rounded from a solution of the LP relaxation, and ends no later than this solution.
 */
public final class RoundedPlan {
  private RelaxedSolution relaxed;
  private final long deadline;
  private final OptionTables network;
  private final double relaxedJoules;
  private final double boundJoules;
  private final int[] choices;

  /**
   * @param choices for each operation, the index of its frequency choice in a plan that ends by the
   *     deadline; the array is not copied
   * @param relaxedJoules effective energy (energy minus the energy of waiting for the same time) of
   *     the solution of the LP relaxation, in joules
   * @param blockingJoules energy in joules that all GPUs would use if they waited for the whole
   *     makespan
   */
  RoundedPlan(
      RelaxedSolution relaxed,
      OptionTables network,
      int[] choices,
      double relaxedJoules,
      double blockingJoules) {
    this.relaxed = relaxed;
    this.deadline = relaxed.makespan();
    this.network = network;
    this.choices = choices;
    this.relaxedJoules = relaxedJoules;
    this.boundJoules = relaxedJoules + blockingJoules;
  }

  /**
   * Returns the solution of the LP relaxation from which this plan was rounded; null after a call
   * of {@link #forgetRelaxed}.
   */
  public RelaxedSolution relaxed() {
    return relaxed;
  }

  /** Removes the solution of the LP relaxation, which takes much more memory than the plan. */
  public void forgetRelaxed() {
    relaxed = null;
  }

  /** Returns the latest end of the iteration in integer time units. */
  public long deadline() {
    return deadline;
  }

  /**
   * Returns the index of the frequency choice of every operation. The returned array is not a copy,
   * and searches may change it.
   */
  public int[] choices() {
    return choices;
  }

  /**
   * Replaces the frequency choices of this plan by other frequency choices if these take less
   * energy.
   *
   * @param others for each operation, the index of its frequency choice in another plan that ends
   *     by the deadline; null if a search found no plan
   */
  public void replaceIfBetter(int[] others) {
    if (others != null && network.energy(others) < network.energy(choices)) {
      System.arraycopy(others, 0, choices, 0, choices.length);
    }
  }

  /**
   * Returns the distance from the lower bound to the plan's energy, as a fraction of the bound. The
   * plan's energy and the lower bound include the energy of waiting GPUs.
   */
  public double gap() {
    return (network.energy(choices) - relaxedJoules) / boundJoules;
  }
}
