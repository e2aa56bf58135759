package perseus.planner.rounding;

import java.util.Arrays;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.OptionTables;

/**
 * Joins two plans of the same problem, one slower and one faster, to a plan for a deadline between
 * their times.
 *
 * <p>The joined plan runs the first operations of the iteration with the options of one plan, and
 * all later operations with the options of the other plan. Of the two orders (slower plan first, or
 * faster plan first), the class takes the better one. The operations are ordered by their starts in
 * the relaxed solution of the deadline. Where the joined plan changes from one plan to the other is
 * found by bisection, so that the slower plan has as many operations as the deadline allows.
 *
 * <p>Let the two plans have the makespans {@code T_a > T_b}, and let the joined plan use the share
 * p of the slower plan. Far from the two ends of the iteration, time and energy of both plans grow
 * evenly along the iteration. So the makespan of the joined plan is about {@code p T_a + (1 - p)
 * T_b}, and its energy about {@code p E_a + (1 - p) E_b}, plus the energy of waiting where the two
 * plans meet, because their operations do not end at the same times there. The lower bound is
 * convex. So the gap of the joined plan is about the mean gap of the two plans, plus the distance
 * of the bound from its chord between {@code T_a} and {@code T_b}, which falls with the square of
 * {@code T_a - T_b}.
 *
 * <p>With n operations and E precedences, joining takes O((E + n) log n).
 */
final class JoinedPlans {
  private final OptionTables network;
  private final int[] order;
  private final long deadline;

  /**
   * @param times start and end of each operation j in the relaxed solution, in ticks, at the
   *     indices 2j and 2j + 1; see {@link EventNetwork#operationEvents}
   * @param deadline latest end of the joined plans, in ticks
   */
  JoinedPlans(OptionTables network, long[] times, long deadline) {
    this.network = network;
    this.deadline = deadline;
    order = byStart(times);
  }

  /** Sorts the operations by their starts. */
  private static int[] byStart(long[] times) {
    int n = times.length / 2;
    int indexBits = Long.SIZE - Long.numberOfLeadingZeros(n);
    // A start in ticks takes up to 45 bits; the coarsest digits are enough.
    int dropped = Math.max(0, indexBits + 46 - (Long.SIZE - 1));
    long[] keys = new long[n];
    Arrays.setAll(keys, j -> times[2 * j] >> dropped << indexBits | j);
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) (key & (1L << indexBits) - 1)).toArray();
  }

  /**
   * Returns the options of a plan that begins with one plan and ends with another.
   *
   * @param first options of the operations before the change
   * @param last options of the operations after it
   * @param isFirstSlower whether the first plan may miss the deadline and the last one meets it; if
   *     false, the first plan meets the deadline and the last one may miss it
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
