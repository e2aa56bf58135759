package perseus.planner.rounding;

import perseus.planner.bound.RelaxedSolution;
import perseus.planner.network.OptionTables;

/**
 * Holds the options (frequencies) of all operations of a plan while searches improve the plan. The
 * plan was rounded from a relaxed solution, in which durations may lie between two options. The
 * plan ends no later than the relaxed solution from which it was rounded.
 */
public final class RoundedPlan {
  private RelaxedSolution relaxed;
  private final long deadline;
  private final OptionTables network;
  private final double relaxedJoules;
  private final double boundJoules;
  private final int[] choices;

  /**
   * @param choices for each operation, the index of its option (frequency) in a plan that ends by
   *     the deadline; the array is not copied
   * @param relaxedJoules lower bound on the effective energy (energy minus the energy of waiting
   *     for the same time) of every plan that ends by the deadline, in joules
   * @param blockingJoules energy in joules that all GPUs would use if they waited (at blocking
   *     power) for the whole makespan
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
   * Returns the relaxed solution (durations may lie between two options) from which this plan was
   * rounded. The returned solution is null after a call of {@link #forgetRelaxed}.
   */
  public RelaxedSolution relaxed() {
    return relaxed;
  }

  /**
   * Removes the relaxed solution (durations may lie between two options) to free memory. The
   * relaxed solution takes much more memory than the options (frequencies) of a plan.
   */
  public void forgetRelaxed() {
    relaxed = null;
  }

  /**
   * Returns the latest end of the iteration in ticks (integer units of time). It is the makespan of
   * the relaxed solution (durations may lie between two options).
   */
  public long deadline() {
    return deadline;
  }

  /**
   * Returns the index of the option (frequency) of every operation. The returned array is not a
   * copy, and searches may change it.
   */
  public int[] choices() {
    return choices;
  }

  /**
   * Replaces the options (frequencies) of this plan by other options if the other options take less
   * energy.
   *
   * @param others for each operation, the index of its option (frequency) in another plan that ends
   *     by the deadline; null if a search found no plan
   */
  public void replaceIfBetter(int[] others) {
    if (others != null && network.energy(others) < network.energy(choices)) {
      System.arraycopy(others, 0, choices, 0, choices.length);
    }
  }

  /**
   * Returns the gap of the plan, {@code (E - L) / L}, where E is the plan's energy and L is the
   * lower bound at its makespan, both in joules. Both the plan's energy E and the lower bound L
   * include the energy of waiting GPUs.
   */
  public double gap() {
    return (network.energy(choices) - relaxedJoules) / boundJoules;
  }
}
