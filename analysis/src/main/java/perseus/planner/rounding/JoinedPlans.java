package perseus.planner.rounding;

import java.util.Arrays;
import perseus.planner.network.OptionTables;

/**
 * Joins two plans of the same problem, one slower and one faster, to a plan for a deadline between
 * their times.
 *
 * <p>The first operations of the joined plan have the frequencies of one given plan. All later
 * operations have the frequencies of the other given plan. The class tries both orders (slower plan
 * first, or faster plan first), and returns the better joined plan. The operations are ordered by
 * their starts in the faster plan. By bisection, the class finds the operation at which the second
 * plan begins. The slower plan gets as many operations as the deadline allows.
 *
 * <p>Except near the start and the end of the iteration, each microbatch adds about the same time
 * and the same energy. Therefore time and energy of a joined plan are close to weighted means of
 * the two given plans, plus some energy of waiting. The lower bound is convex, so it lies below the
 * straight line between two plans. The distance between the lower bound and this straight line is
 * about proportional to the square of the difference of the two makespans.
 *
 * <p>With n operations and E precedences, joining takes O((E + n) log n).
 */
final class JoinedPlans {
  private final OptionTables network;
  private final int[] order;
  private final long deadline;

  /**
   * @param starts start of each operation in integer time units; the operations are sorted by their
   *     starts
   * @param deadline latest end of the joined plans, in integer time units
   */
  JoinedPlans(OptionTables network, long[] starts, long deadline) {
    this.network = network;
    this.deadline = deadline;
    order = byStart(starts);
  }

  private static int[] byStart(long[] starts) {
    int n = starts.length;
    int indexBits = Long.SIZE - Long.numberOfLeadingZeros(n);
    // Start times have up to 45 bits, and their highest bits are enough to sort the operations.
    int dropped = Math.max(0, indexBits + 46 - (Long.SIZE - 1));
    long[] keys = new long[n];
    Arrays.setAll(keys, j -> starts[j] >> dropped << indexBits | j);
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) (key & (1L << indexBits) - 1)).toArray();
  }

  /**
   * Returns the frequency choices of a plan that begins with one plan and ends with another.
   *
   * @param first frequency choices of the plan for the first operations
   * @param last frequency choices of the plan for the last operations
   * @param isFirstSlower whether {@code first} is the slower plan, which may miss the deadline
   */
  int[] join(int[] first, int[] last, boolean isFirstSlower) {
    int inTime = isFirstSlower ? 0 : order.length;
    int late = isFirstSlower ? order.length + 1 : -1;
    int[] choices = joined(first, last, inTime);
    while (Math.abs(late - inTime) > 1) {
      int middle = (late + inTime) / 2;
      int[] tried = joined(first, last, middle);
      if (network.endsBy(tried, deadline)) {
        inTime = middle;
        choices = tried;
      } else {
        late = middle;
      }
    }
    return choices;
  }

  private int[] joined(int[] first, int[] last, int firsts) {
    int[] choices = last.clone();
    for (int i = 0; i < firsts; i++) {
      choices[order[i]] = first[order[i]];
    }
    return choices;
  }
}
