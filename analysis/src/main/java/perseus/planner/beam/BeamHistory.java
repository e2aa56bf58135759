package perseus.planner.beam;

/**
 * Records the steps of a beam search, so that the frequencies of a complete plan can be found at
 * the end. Each plan of a step extends one plan of the previous step, its parent, by one frequency
 * choice. The search follows the parents of a complete plan from the last step back to the first.
 * The record needs at most two integers per step and plan.
 */
final class BeamHistory {
  private int steps;

  /**
   * {@code parents[step][b]} is the index of the parent of plan b (the plan of the previous step
   * that plan b extends). The array {@code parents[step]} is null if each plan has the same index
   * as its parent.
   */
  private int[][] parents = new int[0][];

  /**
   * {@code options[step][b]} is the index of the frequency choice by which plan b extends its
   * parent. The array {@code options[step]} is null if the step tried only one frequency choice.
   */
  private int[][] options = new int[0][];

  /** Removes all recorded steps, and makes room for {@code maxSteps} new steps. */
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
   * @param stepParents index of the parent of each plan; null if each plan has the same index as
   *     its parent
   * @param stepOptions for each plan, the index of the frequency choice by which the plan extends
   *     its parent; null if the step tried only one frequency choice
   */
  void add(int[] stepParents, int[] stepOptions) {
    parents[steps] = stepParents;
    options[steps++] = stepOptions;
  }

  /**
   * Returns the index of the frequency choice that a plan took at a step; {@link PartialPlans#ALL}
   * if the step tried only one frequency choice.
   */
  int option(int step, int partial) {
    return options[step] == null ? PartialPlans.ALL : options[step][partial];
  }

  /**
   * Returns the index of the parent of a plan. The parent is the plan of the previous step that the
   * plan extends.
   */
  int parent(int step, int partial) {
    return parents[step] == null ? partial : parents[step][partial];
  }
}
