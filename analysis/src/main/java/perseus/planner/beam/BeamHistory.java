package perseus.planner.beam;

/**
 * Records the steps of a beam search. At every step, each partial plan (options for the first arcs)
 * extends a partial plan of the previous step, its parent, by one option (frequency). The record of
 * a step holds the parent and the option of each partial plan. To find the options of a complete
 * plan, the search follows the parents from the last step back to the first. The record needs at
 * most two integers per step and partial plan.
 */
final class BeamHistory {
  private int steps;

  /**
   * {@code parents[step][b]} is the index of the parent (partial plan of the previous step) of
   * partial plan b (options for the first arcs). {@code parents[step]} is null if each partial plan
   * has the same index as its parent.
   */
  private int[][] parents = new int[0][];

  /**
   * {@code options[step][b]} is the index of the option (frequency) by which partial plan b
   * (options for the first arcs) was extended. {@code options[step]} is null if only one option was
   * tried at this step.
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
   * @param stepParents for each partial plan (options for the first arcs), the index of its parent
   *     (the partial plan of the previous step that it extends); null if each partial plan has the
   *     same index as its parent
   * @param stepOptions for each partial plan (options for the first arcs), the index of the option
   *     (frequency) by which it extends its parent; null if only one option was tried
   */
  void add(int[] stepParents, int[] stepOptions) {
    parents[steps] = stepParents;
    options[steps++] = stepOptions;
  }

  /**
   * Returns the index of the option (frequency) that a partial plan (options for the first arcs)
   * took at a step. The result is {@link PartialPlans#ALL} if only one option was tried at this
   * step.
   */
  int option(int step, int partial) {
    return options[step] == null ? PartialPlans.ALL : options[step][partial];
  }

  /**
   * Returns the index of the parent of a partial plan (the partial plan of the previous step that
   * it extends).
   */
  int parent(int step, int partial) {
    return parents[step] == null ? partial : parents[step][partial];
  }
}
