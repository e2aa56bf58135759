package perseus.recording.log;

import perseus.io.UserError;

/**
 * Iterations of a run to analyze.
 *
 * @param first first iteration, counted from 1
 * @param last last iteration, inclusive
 */
public record IterationRange(int first, int last) {
  public IterationRange {
    if (first < 1 || last < first) {
      throw new UserError(
          "Iterations " + first + "-" + last + " are no range; they count from 1, as in 3-14.");
    }
  }

  /** A range written as {@code 3-14}, or one iteration as {@code 3}. */
  public static IterationRange parse(String text) {
    String[] ends = text.trim().split("-", -1);
    try {
      int first = Integer.parseInt(ends[0].trim());
      int last = ends.length == 1 ? first : Integer.parseInt(ends[1].trim());
      if (ends.length <= 2) {
        return new IterationRange(first, last);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new UserError("\"" + text + "\" is no range of iterations such as 3-14.");
  }

  public boolean contains(int iteration) {
    return first <= iteration && iteration <= last;
  }
}
