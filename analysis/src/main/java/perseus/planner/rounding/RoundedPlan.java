package perseus.planner.rounding;

import perseus.planner.bound.RelaxedSolution;
import perseus.planner.network.OptionTables;

/**
 * The options of all operations of a plan while it is improved. The plan ends within the makespan
 * of the relaxed solution that it rounds.
 */
public final class RoundedPlan {
  private RelaxedSolution relaxed;
  private final long deadline;
  private final OptionTables network;
  private final double relaxedJoules;
  private final double boundJoules;
  private final int[] choices;

  /**
   * @param choices options that are in time; not copied
   * @param relaxedJoules minimum effective energy of any plan within the makespan, in joules
   * @param blockingJoules blocking power times the makespan, in joules
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

  /** The relaxed solution that this plan rounds; null after {@link #forgetRelaxed}. */
  public RelaxedSolution relaxed() {
    return relaxed;
  }

  /** Drops the relaxed solution, which takes much more memory than the options. */
  public void forgetRelaxed() {
    relaxed = null;
  }

  /** Latest end of the iteration, in ticks: the makespan of the relaxed solution. */
  public long deadline() {
    return deadline;
  }

  /** Option of every operation; the array itself, which searches may change. */
  public int[] choices() {
    return choices;
  }

  /**
   * Takes over other options if these need less energy.
   *
   * @param others options that are in time, or null for none
   */
  public void replaceIfBetter(int[] others) {
    if (others != null && network.energy(others) < network.energy(choices)) {
      System.arraycopy(others, 0, choices, 0, choices.length);
    }
  }

  /** Energy above the lower bound, as a fraction of the bound; both include blocking. */
  public double gap() {
    return (network.energy(choices) - relaxedJoules) / boundJoules;
  }
}
