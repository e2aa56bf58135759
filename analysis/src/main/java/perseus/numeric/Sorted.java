package perseus.numeric;

import java.util.Arrays;

/** Finds positions in sorted arrays. */
public final class Sorted {
  /** Number of elements that are compared one after the other before a binary search. */
  private static final int STEPS = 16;

  private Sorted() {}

  /**
   * Returns the index of the first element that is at least {@code value}; the length of the array
   * if there is none. If the array holds equal elements, the index may be that of a later one.
   * Complexity: O(log n) time for n elements.
   *
   * @param ascending elements in ascending order
   */
  public static int firstFrom(double[] ascending, double value) {
    int found = Arrays.binarySearch(ascending, value);
    return found < 0 ? -found - 1 : found;
  }

  /**
   * Returns the same index as {@link #firstFrom(double[], double)}, for an array without equal
   * elements. Complexity: O(1) time if the index is close behind {@code near}.
   *
   * @param near index that is probably at most the returned one, such as the index of an earlier
   *     value; 0 or more
   */
  public static int firstFrom(double[] ascending, double value, int near) {
    if (near > 0 && !(ascending[near - 1] < value)) {
      return firstFrom(ascending, value);
    }
    int end = Math.min(ascending.length, near + STEPS);
    int i = near;
    while (i < end && ascending[i] < value) {
      i++;
    }
    return i < end || i == ascending.length ? i : firstFrom(ascending, value);
  }
}
