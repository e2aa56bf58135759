package perseus.planner.beam;

/**
 * Records at each step of a beam search which partial plan each one extends, and by which option,
 * so that the options of a complete plan can be read from its end to its start. Memory is one or
 * two numbers per step and partial plan.
 */
final class BeamHistory {
  private int steps;

  /** Parent of each partial plan at each step; null at a step where each is its own parent. */
  private int[][] parents = new int[0][];

  /** Option of each partial plan at each step; null at a step without a choice. */
  private int[][] options = new int[0][];

  /**
   * Removes all steps.
   *
   * @param maxSteps maximum number of steps that follow
   */
  void start(int maxSteps) {
    steps = 0;
    if (parents.length < maxSteps) {
      parents = new int[maxSteps][];
      options = new int[maxSteps][];
    }
  }

  /**
   * Records a step.
   *
   * @param stepParents parent of each partial plan, or null where each is its own parent
   * @param stepOptions option of each partial plan, or null where there was no choice
   */
  void add(int[] stepParents, int[] stepOptions) {
    parents[steps] = stepParents;
    options[steps++] = stepOptions;
  }

  /** The option of a partial plan at a step; {@link PartialPlans#ALL} where there was no choice. */
  int option(int step, int partial) {
    return options[step] == null ? PartialPlans.ALL : options[step][partial];
  }

  /** The index, one step earlier, of the partial plan that a partial plan extends. */
  int parent(int step, int partial) {
    return parents[step] == null ? partial : parents[step][partial];
  }
}
