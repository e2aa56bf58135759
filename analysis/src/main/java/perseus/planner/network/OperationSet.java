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
  private int firstWord;

  private int lastWord;

  /** Creates an empty set for operations with the indices 0 to {@code operations - 1}. */
  public OperationSet(int operations) {
    words = new long[(operations + Long.SIZE - 1) / Long.SIZE];
    clear();
  }

  /** Adds an operation, unless the index is {@link PlanningProblem#NONE}. */
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

  public void clear() {
    Arrays.fill(words, 0);
    firstWord = 0;
    lastWord = words.length - 1;
  }

  /**
   * Removes and returns the operation with the lowest index; {@link PlanningProblem#NONE} if the
   * set is empty.
   */
  public int takeFirst() {
    for (; firstWord < words.length; firstWord++) {
      long word = words[firstWord];
      if (word != 0) {
        words[firstWord] = word & word - 1;
        return (firstWord << 6) + Long.numberOfTrailingZeros(word);
      }
    }
    firstWord = 0;
    return PlanningProblem.NONE;
  }

  /**
   * Removes and returns the operation with the highest index; {@link PlanningProblem#NONE} if the
   * set is empty.
   */
  public int takeLast() {
    for (; lastWord >= 0; lastWord--) {
      long word = words[lastWord];
      if (word != 0) {
        words[lastWord] = word ^ Long.highestOneBit(word);
        return (lastWord << 6) + 63 - Long.numberOfLeadingZeros(word);
      }
    }
    lastWord = words.length - 1;
    return PlanningProblem.NONE;
  }
}
