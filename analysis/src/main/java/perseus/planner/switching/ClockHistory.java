package perseus.planner.switching;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds the frequencies that the partial plans of a {@link ClockBeam} chose in each step. At the
 * end, the class returns all frequencies of a whole plan.
 */
final class ClockHistory {
  private final List<int[]> parents = new ArrayList<>();
  private final List<byte[]> chosen = new ArrayList<>();

  /** Removes all steps. */
  void clear() {
    parents.clear();
    chosen.clear();
  }

  /**
   * Adds a step, which chose the frequency of one operation.
   *
   * @param parentsHere for each partial plan after the step, its index before the step
   * @param chosenHere for each partial plan after the step, the index of the chosen frequency
   */
  void add(int[] parentsHere, byte[] chosenHere) {
    parents.add(parentsHere);
    chosen.add(chosenHere);
  }

  /**
   * Returns, for each operation, the index of its frequency in a partial plan after the last step.
   */
  int[] settings(ClockOrder order, int partialPlan) {
    int b = partialPlan;
    int[] settings = new int[order.operations.length];
    for (int i = settings.length - 1; i >= 0; i--) {
      settings[order.operations[i]] = chosen.get(i)[b];
      b = parents.get(i)[b];
    }
    return settings;
  }
}
