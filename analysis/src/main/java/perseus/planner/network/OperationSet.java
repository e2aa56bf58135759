package perseus.planner.network;

import java.util.Arrays;
import perseus.planner.problem.PlanningProblem;

/**
 * Holds a set of operations. The caller takes the operations from the set in topological order or
 * in reverse topological order.
 *
 * <p>While the caller takes operations in topological order, it may add only operations with higher
 * indices than the last taken operation. In reverse topological order, the caller may add only
 * operations with lower indices. If the problem has n operations and the set holds m of them,
 * taking all m operations takes O(n / 64 + m). Objects of this class are not thread-safe.
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

  /** Adds several operations to the set. */
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
   * Removes the operation with the lowest index from the set and returns its index. The method
   * returns {@link PlanningProblem#NONE} if the set is empty.
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
   * Removes the operation with the highest index from the set and returns its index. The method
   * returns {@link PlanningProblem#NONE} if the set is empty.
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
