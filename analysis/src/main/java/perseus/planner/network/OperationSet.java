package perseus.planner.network;

import java.util.Arrays;
import perseus.planner.problem.PlanningProblem;

/**
 * Holds a set of operations, from which the caller takes operations in topological order or in the
 * reverse order.
 *
 * <p>In topological order, the caller may add only operations with higher indices than the last
 * taken operation. In reverse topological order, the caller may add only operations with lower
 * indices than the last taken operation. Taking all m operations of the set takes O(n / 64 + m) in
 * a problem with n operations. Objects of this class are not thread-safe.
 */
public final class OperationSet {
  private final long[] words;

  /** Index of the 64-bit word in which {@link #takeFirst} starts to look for an operation. */
  private int ascending;

  private int descending;

  /** Creates an empty set for operations with the indices 0 to {@code operations - 1}. */
  public OperationSet(int operations) {
    words = new long[(operations + Long.SIZE - 1) / Long.SIZE];
    clear();
  }

  /**
   * Adds an operation to the set. The method does nothing if the index is {@link
   * PlanningProblem#NONE}.
   */
  public void add(int operation) {
    if (operation != PlanningProblem.NONE) {
      words[operation >> 6] |= 1L << operation;
    }
  }

  public void addAll(int[] operations) {
    for (int operation : operations) {
      words[operation >> 6] |= 1L << operation;
    }
  }

  /** Removes all operations from the set. */
  public void clear() {
    Arrays.fill(words, 0);
    ascending = 0;
    descending = words.length - 1;
  }

  /**
   * Removes and returns the operation with the lowest index; {@link PlanningProblem#NONE} if the
   * set is empty.
   */
  public int takeFirst() {
    for (; ascending < words.length; ascending++) {
      long word = words[ascending];
      if (word != 0) {
        words[ascending] = word & word - 1;
        return (ascending << 6) + Long.numberOfTrailingZeros(word);
      }
    }
    ascending = 0;
    return PlanningProblem.NONE;
  }

  /**
   * Removes and returns the operation with the highest index; {@link PlanningProblem#NONE} if the
   * set is empty.
   */
  public int takeLast() {
    for (; descending >= 0; descending--) {
      long word = words[descending];
      if (word != 0) {
        words[descending] = word ^ Long.highestOneBit(word);
        return (descending << 6) + 63 - Long.numberOfLeadingZeros(word);
      }
    }
    descending = words.length - 1;
    return PlanningProblem.NONE;
  }
}
