package perseus.planner.rounding;

import perseus.planner.bound.RelaxedSolution;
import perseus.planner.network.OptionTables;

/**
 * A plan in the making: an option for every operation, in time for a relaxed solution's makespan.
 */
public final class RoundedPlan {
  private RelaxedSolution relaxed;
  private final long deadline;
  private final OptionTables network;
  private final double bound;
  private final double scale;
  private final int[] choices;

  /**
   * @param choices in time; changed as the plan improves
   * @param bound least effective energy of any plan of that makespan, in joules
   * @param blocking joules that go with that makespan whatever the plan is
   */
  RoundedPlan(
      RelaxedSolution relaxed, OptionTables network, int[] choices, double bound, double blocking) {
    this.relaxed = relaxed;
    this.deadline = relaxed.makespan();
    this.network = network;
    this.choices = choices;
    this.bound = bound;
    this.scale = bound + blocking;
  }

  /** The relaxed solution that it rounds, until that was forgotten. */
  public RelaxedSolution relaxed() {
    return relaxed;
  }

  /** Forgets what takes much more memory than the choices do. */
  public void forgetRelaxed() {
    relaxed = null;
  }

  public long deadline() {
    return deadline;
  }

  public int[] choices() {
    return choices;
  }

  /**
   * Changes to other choices if these take less energy.
   *
   * @param others in time, or null
   */
  public void takeIfBetter(int[] others) {
    if (others != null && network.energy(others) < network.energy(choices)) {
      System.arraycopy(others, 0, choices, 0, choices.length);
    }
  }

  /** How far its energy is above the bound, as a fraction of it. */
  public double gap() {
    return (network.energy(choices) - bound) / scale;
  }
}
