package perseus.recording.csv;

import java.util.stream.IntStream;
import perseus.recording.log.Warning;

/** Sorts the rows of a log by time and reports the rows that were out of order. */
final class TimeOrder {
  private TimeOrder() {}

  /**
   * Returns the indices of the rows in ascending order of time. Rows with equal times keep their
   * order. Adds a problem for each row that is earlier than the row before it.
   *
   * @param times time of each row, in epoch seconds
   * @param lines line number of each row
   * @param size number of rows
   * @param faults receives the problems
   * @param problem the text to report, as in {@link RowFaults#add}
   * @return row indices; null if the rows are already in order
   */
  static int[] of(double[] times, long[] lines, int size, RowFaults faults, String problem) {
    boolean sorted = true;
    for (int i = 1; i < size; i++) {
      if (times[i] < times[i - 1]) {
        sorted = false;
        faults.add(Warning.Kind.REPAIRED, problem, lines[i]);
      }
    }
    return sorted
        ? null
        : IntStream.range(0, size)
            .boxed()
            .sorted((a, b) -> Double.compare(times[a], times[b]))
            .mapToInt(Integer::intValue)
            .toArray();
  }
}
