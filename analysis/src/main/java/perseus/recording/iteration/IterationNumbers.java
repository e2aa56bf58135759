package perseus.recording.iteration;

import java.util.TreeSet;

/** Formats sets of iteration numbers for messages to the user. */
final class IterationNumbers {
  private IterationNumbers() {}

  /**
   * Returns iteration numbers as text, such as "iteration 3" or "iterations 3, 5-7".
   *
   * @param numbers iteration numbers, counted from 1; at least one number
   */
  static String text(TreeSet<Integer> numbers) {
    StringBuilder text = new StringBuilder(numbers.size() == 1 ? "iteration " : "iterations ");
    int count = 0;
    for (int n : numbers) {
      if (numbers.contains(n - 1) && numbers.contains(n + 1)) {
        continue;
      }
      if (count++ > 0) {
        text.append(numbers.contains(n - 1) ? "-" : ", ");
      }
      text.append(n);
    }
    return text.toString();
  }

  /**
   * Returns the verb of a message about iterations: "is" for one iteration, and "are" for several.
   */
  static String verb(TreeSet<Integer> numbers) {
    return numbers.size() == 1 ? "is" : "are";
  }
}
