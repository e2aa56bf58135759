package perseus.recording.log;

import perseus.io.UserError;

/**
 * Describes a range of consecutive iterations of a run, such as iterations 3 to 14.
 *
 * @param first number of the first iteration of the range, counted from 1
 * @param last number of the last iteration of the range (inclusive)
 */
public record IterationRange(int first, int last) {
  /**
   * @throws UserError if {@code first} is below 1 or above {@code last}
   */
  public IterationRange {
    if (first < 1 || last < first) {
      throw new UserError(
          "%d-%d is not a range of iterations; write the first and the last one, counted from 1, as in 3-14."
              .formatted(first, last));
    }
  }

  /**
   * Parses a range such as {@code 3-14}, or a single iteration such as {@code 3}.
   *
   * @throws UserError if {@code text} is neither a range nor a single iteration
   */
  public static IterationRange parse(String text) {
    String[] ends = text.trim().split("-", -1);
    try {
      int first = Integer.parseInt(ends[0].trim());
      int last = ends.length == 1 ? first : Integer.parseInt(ends[1].trim());
      if (ends.length <= 2) {
        return new IterationRange(first, last);
      }
    } catch (NumberFormatException e) {
      // The UserError at the end of the method reports a text that is not a number.
    }
    throw new UserError(
        "\"" + text + "\" is not a range of iterations; write it as in 3-14, or one number.");
  }

  /** Returns whether the range contains the iteration with the given number, counted from 1. */
  public boolean contains(int iteration) {
    return first <= iteration && iteration <= last;
  }
}
