package perseus.planner;

/**
 * A plan in the making: an option for every operation, in time for a relaxed solution's makespan.
 */
final class Draft {
  private FrontierSolver.RelaxedPoint relaxed;
  private final long deadline;
  private final OptionNetwork network;
  private final double bound;
  private final double scale;
  private final int[] choices;

  /**
   * @param choices in time; changed as the plan improves
   * @param bound least effective energy of any plan of that makespan, in joules
   * @param blocking joules that go with that makespan whatever the plan is
   */
  Draft(
      FrontierSolver.RelaxedPoint relaxed,
      OptionNetwork network,
      int[] choices,
      double bound,
      double blocking) {
    this.relaxed = relaxed;
    this.deadline = relaxed.makespan();
    this.network = network;
    this.choices = choices;
    this.bound = bound;
    this.scale = bound + blocking;
  }

  /** The relaxed solution that it rounds, until that was forgotten. */
  FrontierSolver.RelaxedPoint relaxed() {
    return relaxed;
  }

  /** Forgets what takes much more memory than the choices do. */
  void forgetRelaxed() {
    relaxed = null;
  }

  long deadline() {
    return deadline;
  }

  int[] choices() {
    return choices;
  }

  /**
   * Changes to other choices if these take less energy.
   *
   * @param others in time, or null
   */
  void takeIfBetter(int[] others) {
    if (others != null && network.energy(others) < network.energy(choices)) {
      System.arraycopy(others, 0, choices, 0, choices.length);
    }
  }

  /** How far its energy is above the bound, as a fraction of it. */
  double gap() {
    return (network.energy(choices) - bound) / scale;
  }
}
