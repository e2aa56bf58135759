package perseus.planner.beam;

/**
 * Records the steps of a beam search: at every step, the parent (partial plan of the previous step)
 * that each partial plan extends, and the option (frequency) by which it extends the parent. With
 * the record of all steps, the options of a complete plan can be found from the last step back to
 * the first. The record needs at most two integers per step and partial plan.
 */
final class BeamHistory {
  private int steps;

  /**
   * {@code parents[step][b]} is the index of the parent (partial plan of the previous step) of
   * partial plan b. {@code parents[step]} is null if each partial plan kept its index at this step.
   */
  private int[][] parents = new int[0][];

  /**
   * {@code options[step][b]} is the index of the option by which partial plan b was extended.
   * {@code options[step]} is null if only one option was tried at this step.
   */
  private int[][] options = new int[0][];

  /**
   * Removes all recorded steps.
   *
   * @param maxSteps maximum number of steps that will be recorded
   */
  void start(int maxSteps) {
    steps = 0;
    if (parents.length < maxSteps) {
      parents = new int[maxSteps][];
      options = new int[maxSteps][];
    }
  }

  /**
   * Records one step.
   *
   * @param stepParents index of the partial plan of the previous step that each partial plan
   *     extends; null if each partial plan kept its index
   * @param stepOptions index of the option of each partial plan; null if only one option was tried
   */
  void add(int[] stepParents, int[] stepOptions) {
    parents[steps] = stepParents;
    options[steps++] = stepOptions;
  }

  /**
   * Returns the index of the option that a partial plan took at a step. The result is {@link
   * PartialPlans#ALL} if only one option was tried at this step.
   */
  int option(int step, int partial) {
    return options[step] == null ? PartialPlans.ALL : options[step][partial];
  }

  /**
   * Returns the index of the parent of a partial plan among the partial plans of the previous step.
   */
  int parent(int step, int partial) {
    return parents[step] == null ? partial : parents[step][partial];
  }
}
